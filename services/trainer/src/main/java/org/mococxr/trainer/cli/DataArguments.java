package org.mococxr.trainer.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.specs.data.DataSource;
import org.mococxr.specs.option.Options;
import picocli.CommandLine.Option;

/** How a folder of X-rays is to be read: the options of every command that reads one. */
final class DataArguments {
  @Option(names = "--format", description = "The data set's format. Default: recognised.")
  String format;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "The labels file, CSV or .xlsx. Default: looked for in the folder.")
  String labels;

  @Option(
      names = "--column",
      paramLabel = "NAME=COLUMN",
      description =
          "What a column of the labels file is: image, patient, study, view, sex, age, projection,"
              + " part or reader. Default: recognised.")
  Map<String, String> columns;

  @Option(
      names = "--label-columns",
      split = ",",
      paramLabel = "NAME",
      description = "The columns that hold labels. Default: recognised.")
  List<String> tasks;

  @Option(
      names = "--separator",
      paramLabel = "CHARACTER",
      description =
          "Between the fields of the labels file: a character, or comma, semicolon, tab, pipe,"
              + " space. Default: recognised.")
  String separator;

  @Option(
      names = "--patient-pattern",
      paramLabel = "REGEX",
      description =
          "Finds the patient in an image's path: its first group, or all that it matches, as in"
              + " '(pat\\d+)_'. Default: none.")
  String patientPattern;

  @Option(
      names = "--readers",
      paramLabel = "HOW",
      description =
          "Where several readers label an image: majority, or any of them counts. Default:"
              + " majority.")
  String readers;

  @Option(
      names = "--salt",
      paramLabel = "TEXT",
      description =
          "Of the keys that replace identifiers of DICOM files; env:NAME takes it from the"
              + " environment. Default: made from the identifiers in the folder.")
  String salt;

  @Option(
      names = "--keep-identifiers",
      description =
          "Keep the identifiers of DICOM files: only where that is allowed. Default: false.")
  boolean keepIdentifiers;

  @Option(names = "--frontal-only", description = "Leave out lateral views. Default: false.")
  boolean frontalOnly;

  /** The fields of a data source, as an experiment has them. */
  Map<String, Object> fields(Path root) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("root", root.toAbsolutePath().normalize().toString());
    put(fields, "format", format);
    put(fields, "labels", labels);
    put(fields, "columns", columns);
    put(fields, "tasks", tasks);
    put(fields, "separator", separator);
    put(fields, "patientPattern", patientPattern);
    put(fields, "readers", readers);
    put(fields, "salt", salt);
    put(fields, "keepIdentifiers", keepIdentifiers ? true : null);
    put(fields, "frontalOnly", frontalOnly ? true : null);
    return fields;
  }

  /** The data source. */
  DataSource source(Path root) {
    return Options.read(fields(root), DataSource.class, "data");
  }

  private static void put(Map<String, Object> map, String key, Object value) {
    if (value != null) {
      map.put(key, value);
    }
  }
}

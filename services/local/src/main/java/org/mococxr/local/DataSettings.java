package org.mococxr.local;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** How a folder of the user's is to be read, laid over the experiment of the demonstration. */
final class DataSettings {
  @Option(names = "--format", description = "The data set's format (default: recognised).")
  private String format;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "The labels file, CSV or .xlsx (default: looked for in the folder).")
  private Path labels;

  @Option(
      names = "--column",
      paramLabel = "NAME=COLUMN",
      description =
          "What a column of the labels file is: image, patient, study, view, sex, age, projection,"
              + " part or reader (default: recognised).")
  private Map<String, String> columns;

  @Option(
      names = "--separator",
      paramLabel = "CHARACTER",
      description = "Between the fields of the labels file (default: recognised).")
  private String separator;

  @Option(
      names = "--patient-pattern",
      paramLabel = "REGEX",
      description = "Finds the patient in an image's path: its first group.")
  private String patientPattern;

  @Option(
      names = "--salt",
      paramLabel = "TEXT",
      description = "Of the keys that replace identifiers of DICOM files; env:NAME.")
  private String salt;

  @Option(
      names = "--max-rejected",
      paramLabel = "N",
      description = "How many rows that cannot be used are left out (default: 0).")
  private Integer maxRejected;

  @Option(
      names = "--frame",
      paramLabel = "FRAME",
      description = "Of DICOM files with several: first, middle or a number (default: first).")
  private String frame;

  @Option(
      names = "--max-frames",
      paramLabel = "N",
      description = "DICOM files of more frames are rejected (default: 10000).")
  private Integer maxFrames;

  /** Sections of an experiment with the fields that were given. */
  Map<String, Map<String, Object>> sections() {
    Map<String, Object> data = new LinkedHashMap<>();
    put(data, "format", format);
    put(data, "labels", labels == null ? null : labels.toString());
    put(data, "columns", columns);
    put(data, "separator", separator);
    put(data, "patientPattern", patientPattern);
    put(data, "salt", salt);
    put(data, "frame", frame);
    put(data, "maxFrames", maxFrames);
    Map<String, Object> split = new LinkedHashMap<>();
    put(split, "maxRejected", maxRejected);
    return Map.of("data", data, "split", split);
  }

  private static void put(Map<String, Object> map, String key, Object value) {
    if (value != null) {
      map.put(key, value);
    }
  }
}

package org.mococxr.datasets;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mococxr.foundation.UserErrorException;

/**
 * Where a data set is and how to read it. Everything but the root has a default.
 *
 * @param format how it is laid out; {@code auto} recognises it
 * @param root the folder that image paths are relative to; for CheXpert its parent or itself
 * @param labels the labels file, relative to the root or absolute; {@code null} looks for it
 * @param valid the official validation part's labels file, where the format has one
 * @param test the official test part's labels file, or CodaLab's {@code test_groundtruth.csv}
 * @param testPaths CodaLab's {@code test_image_paths.csv}
 * @param columns of a labels CSV: {@code image, patient, study, view, sex, age, projection} to the
 *     column's name; what is not named is recognised
 * @param tasks the label columns of a labels CSV; empty recognises columns of 0, 1, -1 and blanks
 * @param frontalOnly leaves out lateral views
 * @param checkFiles rejects rows whose image file is not there
 * @param salt of the keys that replace patients' identifiers of DICOM files; {@code env:NAME} takes
 *     it from the environment, so that it does not travel with the recipe
 * @param keepIdentifiers keeps the identifiers of DICOM files: only where that is allowed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DataSource(
    Format format,
    String root,
    String labels,
    String valid,
    String test,
    String testPaths,
    Map<String, String> columns,
    @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) List<String> tasks,
    Boolean frontalOnly,
    Boolean checkFiles,
    String salt,
    Boolean keepIdentifiers) {

  /** Begins a salt that names an environment variable. */
  public static final String BY_REFERENCE = "env:";

  /** How a data set is laid out. */
  public enum Format {
    AUTO("auto"),
    CHEXPERT("chexpert"),
    CHEXPERT_CODALAB("chexpert-codalab"),
    NIH("nih"),
    SHENZHEN("shenzhen"),
    MONTGOMERY("montgomery"),
    FOLDERS("folders"),
    IMAGES_CSV("images-csv"),
    DICOM("dicom");

    private final String text;

    Format(String text) {
      this.text = text;
    }

    /** As written in specifications. */
    @JsonValue
    public String text() {
      return text;
    }

    /** Reads the text of a format. */
    @JsonCreator
    public static Format of(String text) {
      for (Format format : values()) {
        if (format.text.equals(text.strip().toLowerCase(Locale.ROOT))) {
          return format;
        }
      }
      throw new UserErrorException(
          "data.format",
          "there is no format '" + text + "'",
          "expected one of " + Arrays.stream(values()).map(Format::text).toList());
    }
  }

  /** Fills in the defaults. */
  public DataSource {
    if (root == null || root.isBlank()) {
      throw new UserErrorException("data.root", "is missing", "name the folder of the data set");
    }
    format = format == null ? Format.AUTO : format;
    columns = columns == null ? Map.of() : Map.copyOf(columns);
    tasks = tasks == null ? List.of() : List.copyOf(tasks);
    frontalOnly = frontalOnly != null && frontalOnly;
    checkFiles = checkFiles == null || checkFiles;
    salt = salt == null ? "" : salt;
    keepIdentifiers = keepIdentifiers != null && keepIdentifiers;
  }

  /** A folder whose format is recognised. */
  public static DataSource at(Path root) {
    return at(Format.AUTO, root);
  }

  /** A folder of a known format. */
  public static DataSource at(Format format, Path root) {
    return new DataSource(
        format, root.toString(), null, null, null, null, null, null, null, null, null, null);
  }

  /** This source read as another format. */
  public DataSource as(Format other) {
    return new DataSource(
        other,
        root,
        labels,
        valid,
        test,
        testPaths,
        columns,
        tasks,
        frontalOnly,
        checkFiles,
        salt,
        keepIdentifiers);
  }

  /** This source with a labels file. */
  public DataSource withLabels(String file) {
    return new DataSource(
        format,
        root,
        file,
        valid,
        test,
        testPaths,
        columns,
        tasks,
        frontalOnly,
        checkFiles,
        salt,
        keepIdentifiers);
  }

  /** This source without a look at the image files. */
  public DataSource withoutFileCheck() {
    return new DataSource(
        format,
        root,
        labels,
        valid,
        test,
        testPaths,
        columns,
        tasks,
        frontalOnly,
        false,
        salt,
        keepIdentifiers);
  }

  /** The root as a path; a {@code file:} URI is accepted. */
  @JsonIgnore
  public Path rootPath() {
    return Locations.path(root, "data.root");
  }

  /** A file of the source: relative to the root, or absolute. */
  public Path resolve(String file) {
    return rootPath().resolve(Locations.path(file, "data"));
  }
}

package org.mococxr.specs.data;

import static org.mococxr.specs.option.Role.IDENTIFIES;
import static org.mococxr.specs.option.Role.PLACE;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.option.Choice;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.option.Options;

/** Where a data set is and how to read it. Everything but the root has a default. */
public record DataSource(
    @Option(
            value = "how the data set is laid out; auto recognises it",
            role = IDENTIFIES,
            byDefault = "auto")
        Format format,
    @Option(
            value =
                "the folder that image paths are relative to; for CheXpert its parent or itself",
            role = PLACE,
            label = "FOLDER")
        String root,
    @Option(
            value = "the labels file, relative to the root or absolute",
            role = PLACE,
            otherwise = "looked for",
            label = "FILE")
        String labels,
    @Option(
            value = "the official validation part's labels file, where the format has one",
            role = PLACE,
            label = "FILE")
        String valid,
    @Option(
            value = "the official test part's labels file, or CodaLab's test_groundtruth.csv",
            role = PLACE,
            label = "FILE")
        String test,
    @Option(value = "CodaLab's test_image_paths.csv", role = PLACE, label = "FILE")
        String testPaths,
    @Option(
            value =
                "of a labels CSV: image, patient, study, view, sex, age, projection to the column's"
                    + " name; what is not named is recognised",
            role = IDENTIFIES,
            byDefault = "{}",
            label = "NAME=COLUMN")
        Map<String, String> columns,
    @Option(
            value = "the label columns of a labels CSV",
            role = IDENTIFIES,
            byDefault = "[]",
            otherwise = "every column of 0, 1, -1 and blanks",
            flags = "--label-columns",
            label = "NAME")
        List<String> tasks,
    @Option(value = "leave out lateral views", role = IDENTIFIES, byDefault = "false")
        boolean frontalOnly,
    @Option(
            value = "reject rows whose image file is not there",
            role = IDENTIFIES,
            byDefault = "true")
        boolean checkFiles,
    @Option(
            value =
                "of the keys that replace patients' identifiers of DICOM files; env:NAME takes it"
                    + " from the environment, so that it does not travel with the recipe",
            role = IDENTIFIES,
            byDefault = "''",
            otherwise = "made from the identifiers in the folder",
            label = "TEXT")
        String salt,
    @Option(
            value = "keep the identifiers of DICOM files: only where that is allowed",
            role = IDENTIFIES,
            byDefault = "false")
        boolean keepIdentifiers)
    implements OptionRecord {

  /** Begins a salt that names an environment variable. */
  public static final String BY_REFERENCE = "env:";

  /** How a data set is laid out. */
  public enum Format implements Choice {
    AUTO,
    CHEXPERT,
    CHEXPERT_CODALAB,
    NIH,
    SHENZHEN,
    MONTGOMERY,
    FOLDERS,
    IMAGES_CSV,
    DICOM
  }

  /** Checks that there is a root. */
  public DataSource {
    if (root == null || root.isBlank()) {
      throw new UserErrorException("root", "missing", "name the folder of the data set");
    }
  }

  /** A folder whose format is recognised. */
  public static DataSource at(Path root) {
    return at(Format.AUTO, root);
  }

  /** A folder of a known format. */
  public static DataSource at(Format format, Path root) {
    return Options.read(
        Map.of("format", format, "root", root.toString()), DataSource.class, "data");
  }

  /** This source read as another format. */
  public DataSource as(Format other) {
    return Options.with(this, "format", other);
  }

  /** This source with a labels file. */
  public DataSource withLabels(String file) {
    return Options.with(this, "labels", file);
  }

  /** This source without a look at the image files. */
  public DataSource withoutFileCheck() {
    return Options.with(this, "checkFiles", false);
  }

  /** The root as a path; a {@code file:} URI is accepted. */
  public Path rootPath() {
    return Locations.path(root, "data.root");
  }

  /** A file of the source: relative to the root, or absolute. */
  public Path resolve(String file) {
    return rootPath().resolve(Locations.path(file, "data"));
  }
}

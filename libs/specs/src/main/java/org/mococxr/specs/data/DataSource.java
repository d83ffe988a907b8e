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
                "of a labels file: image, patient, study, view, sex, age, projection, part, reader,"
                    + " labels (a list of findings) to the column's name; what is not named is recognised",
            role = IDENTIFIES,
            byDefault = "{}",
            flags = "--column",
            label = "NAME=COLUMN")
        Map<String, String> columns,
    @Option(
            value = "the label columns of a labels file",
            role = IDENTIFIES,
            byDefault = "[]",
            otherwise = "every column of 0, 1, -1, yes, no and blanks",
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
        boolean keepIdentifiers,
    @Option(
            value =
                "what separates the fields of a labels file: a character, or comma, semicolon, tab,"
                    + " pipe, space",
            role = IDENTIFIES,
            otherwise = "recognised",
            label = "CHARACTER")
        String separator,
    @Option(
            value =
                "regular expression that finds the patient in an image's path: its first group, or"
                    + " all that it matches",
            role = IDENTIFIES,
            label = "REGEX")
        String patientPattern,
    @Option(
            value =
                "what counts where several readers label an image: their majority (uncertain if they"
                    + " are divided), or a finding that any of them has",
            role = IDENTIFIES,
            byDefault = "majority")
        Readers readers,
    @Option(
            value =
                "the address of an archive's DICOMweb services, for the format dicomweb; the root"
                    + " then holds the de-identified copy, and a salt is needed",
            role = PLACE,
            label = "URL")
        String archive,
    @Option(
            value =
                "which images of the archive: modality (CR,DX unless named), bodyPart (CHEST unless"
                    + " named), from and to (dates of the studies, as 2024-12-31)",
            role = IDENTIFIES,
            byDefault = "{}",
            flags = "--query",
            label = "NAME=VALUE")
        Map<String, String> query,
    @Option(
            value =
                "the archive's login by reference: bearer:env:NAME, bearer:file:PATH,"
                    + " basic:USER:env:NAME or basic:USER:file:PATH",
            role = PLACE,
            label = "REFERENCE")
        String credentials)
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
    IMAGES,
    IMAGES_CSV,
    DICOM,
    DICOMWEB,
    MIMIC_CXR_JPG,
    VINDR_CXR,
    PADCHEST,
    RSNA_PNEUMONIA,
    SIIM_ACR,
    CHEXPERT_PLUS,
    BRAX,
    COVIDX
  }

  /** What counts where several readers label an image. */
  public enum Readers implements Choice {
    MAJORITY,
    ANY
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

  /** This source with an option replaced. */
  public DataSource with(String option, Object value) {
    return Options.with(this, option, value);
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

package org.mococxr.specs.data;

import static org.mococxr.specs.option.Role.IDENTIFIES;
import static org.mococxr.specs.option.Role.PLACE;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
            flags = "--label-columns")
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
        String credentials,
    @Option(
            value =
                "of DICOM files with several frames: first, middle (of an even number the later one)"
                    + " or the frame's number from 1",
            role = IDENTIFIES,
            byDefault = "first",
            label = "FRAME")
        String frame,
    @Option(
            value = "DICOM files of more frames are rejected",
            role = IDENTIFIES,
            byDefault = "10000",
            min = 1,
            max = 10000,
            label = "N")
        int maxFrames,
    @Option(
            value =
                "names a data set among several; begins the identifiers of its patients, who are"
                    + " never those of another data set",
            role = IDENTIFIES,
            otherwise = "the folder's name")
        String name,
    @Option(
            value =
                "how often an epoch of pretraining sees each image of this data set: 2 twice, 0.5"
                    + " those of half of its patients, 0 none",
            role = IDENTIFIES,
            byDefault = "1",
            min = 0,
            max = 100,
            label = "TIMES")
        double weight,
    @Option(
            value = "leave the labels of this data set unused: it serves pretraining only",
            role = IDENTIFIES,
            byDefault = "false")
        boolean unlabelled,
    @Option(
            value = "further data sets; data: [a, b] is the same as a with b here",
            role = IDENTIFIES,
            byDefault = "[]")
        List<DataSource> more)
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

  /** Copies the list. */
  public DataSource {
    more = List.copyOf(more);
  }

  @Override
  public void check() {
    if (root == null || root.isBlank()) {
      throw new UserErrorException("root", "missing", "name the folder of the data set");
    }
    if (!frame.matches("first|middle|[1-9][0-9]{0,6}")) {
      throw new UserErrorException(
          "frame", "found '" + frame + "'", "expected first, middle or a number from 1");
    }
    if (name != null && !name.matches("[A-Za-z0-9_-]{1,40}")) {
      throw new UserErrorException(
          "name", "found '" + name + "'", "expected up to 40 letters, digits, dashes, underscores");
    }
    if (more.stream().anyMatch(other -> !other.more().isEmpty())) {
      throw new UserErrorException("more", "holds more itself", "list all data sets at one place");
    }
    if (!more.isEmpty()) {
      List<String> names = new ArrayList<>(List.of(nameOf(name, root)));
      more.forEach(other -> names.add(other.ownName()));
      if (Set.copyOf(names).size() < names.size()) {
        throw new UserErrorException(
            "name", "the data sets are called " + names, "give each a name of its own");
      }
    }
  }

  /** Several data sets as one: the first, and the others as {@link #more}. */
  public static DataSource listed(List<DataSource> sources) {
    if (sources.isEmpty()) {
      throw new UserErrorException("", "an empty list", "expected at least one data set");
    }
    return sources.get(0).with("more", sources.subList(1, sources.size()));
  }

  /** Every data set by itself, the first one too. */
  public List<DataSource> each() {
    List<DataSource> all = new ArrayList<>(List.of(with("more", List.of())));
    all.addAll(more);
    return all;
  }

  /** The data set's name among several. */
  public String ownName() {
    return nameOf(name, root);
  }

  private static String nameOf(String name, String root) {
    if (name != null) {
      return name;
    }
    String plain = root.replaceAll("[/\\\\]+$", "").replaceAll(".*[/\\\\]", "");
    String fit = plain.replaceAll("[^A-Za-z0-9_-]+", "-").replaceAll("^-+|-+$", "");
    return fit.isEmpty() ? "data" : fit.substring(0, Math.min(40, fit.length()));
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

  public DataSource as(Format other) {
    return Options.with(this, "format", other);
  }

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

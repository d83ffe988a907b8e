package org.mococxr.datasets;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of CheXpert's format: Irvin et al., AAAI 2019. */
public final class CheXpert {
  public static final String PATH = "Path";
  public static final String SEX = "Sex";
  public static final String AGE = "Age";
  public static final String ORIENTATION = "Frontal/Lateral";
  public static final String PROJECTION = "AP/PA";

  /** The columns before the observations, in order. */
  public static final List<String> ATTRIBUTES = List.of(PATH, SEX, AGE, ORIENTATION, PROJECTION);

  /** The 14 observations, in order. */
  public static final List<String> OBSERVATIONS =
      List.of(
          "No Finding",
          "Enlarged Cardiomediastinum",
          "Cardiomegaly",
          "Lung Opacity",
          "Lung Lesion",
          "Edema",
          "Consolidation",
          "Pneumonia",
          "Atelectasis",
          "Pneumothorax",
          "Pleural Effusion",
          "Pleural Other",
          "Fracture",
          "Support Devices");

  /** The five tasks of the competition. */
  public static final List<String> COMPETITION =
      List.of("Atelectasis", "Cardiomegaly", "Consolidation", "Edema", "Pleural Effusion");

  private static final Pattern FORM =
      Pattern.compile("(?:.*/)?([^/]*patient[^/]*)/([^/]*study[^/]*)/([^/]+?)(?:\\.[A-Za-z0-9]+)?");

  private CheXpert() {}

  /**
   * Patient, study and view of a path of the form {@code …/patient00001/study1/view1_frontal.jpg}.
   */
  public record Place(String patient, String study, String view) {
    /** What a path of another form tells: blanks. */
    public static final Place UNKNOWN = new Place("", "", "");

    /** Orientation by the view's name. */
    public Attributes.Orientation orientation() {
      if (view.endsWith("frontal")) {
        return Attributes.Orientation.FRONTAL;
      }
      return view.endsWith("lateral")
          ? Attributes.Orientation.LATERAL
          : Attributes.Orientation.UNKNOWN;
    }
  }

  /** Reads a path; empty if it is not of CheXpert's form. */
  public static Optional<Place> place(String path) {
    // By hand where it can be: a quarter of a million paths are read at once.
    int file = path.lastIndexOf('/');
    int study = file < 0 ? -1 : path.lastIndexOf('/', file - 1);
    int patient = study < 0 ? -1 : path.lastIndexOf('/', study - 1);
    if (study >= 0
        && path.startsWith("patient", patient + 1)
        && path.startsWith("study", study + 1)) {
      int dot = path.lastIndexOf('.');
      return Optional.of(
          new Place(
              path.substring(patient + 1, study),
              path.substring(study + 1, file),
              path.substring(file + 1, dot > file ? dot : path.length())));
    }
    Matcher matcher = FORM.matcher(path);
    return matcher.matches()
        ? Optional.of(new Place(matcher.group(1), matcher.group(2), matcher.group(3)))
        : Optional.empty();
  }
}

package org.mococxr.datasets;

/**
 * What is known of the patient and the view beside the labels; all that is kept of a DICOM header.
 *
 * @param sex the patient's
 * @param ageYears at the study, in years; NaN if unknown
 * @param orientation frontal or lateral
 * @param projection which way the rays went
 */
public record Attributes(Sex sex, double ageYears, Orientation orientation, Projection projection) {
  /** Nothing known. */
  public static final Attributes UNKNOWN =
      new Attributes(Sex.UNKNOWN, Double.NaN, Orientation.UNKNOWN, Projection.UNKNOWN);

  /** As recorded. */
  public enum Sex {
    FEMALE("Female"),
    MALE("Male"),
    OTHER("Other"),
    UNKNOWN("Unknown");

    private final String text;

    Sex(String text) {
      this.text = text;
    }

    /** As CheXpert writes it. */
    public String text() {
      return text;
    }

    /** Reads {@code F}, {@code female}, {@code Femal}, {@code w}, {@code M}, {@code O}. */
    public static Sex parse(String text) {
      String word = text.strip().toLowerCase(java.util.Locale.ROOT);
      if (word.startsWith("f") || word.startsWith("w")) {
        return FEMALE;
      }
      if (word.startsWith("m")) {
        return MALE;
      }
      return word.startsWith("o") ? OTHER : UNKNOWN;
    }
  }

  /** Frontal or lateral. */
  public enum Orientation {
    FRONTAL("Frontal"),
    LATERAL("Lateral"),
    UNKNOWN("");

    private final String text;

    Orientation(String text) {
      this.text = text;
    }

    /** As CheXpert writes it. */
    public String text() {
      return text;
    }
  }

  /** Which way the rays went through the patient. */
  public enum Projection {
    AP("AP"),
    PA("PA"),
    LL("LL"),
    RL("RL"),
    UNKNOWN("");

    private final String text;

    Projection(String text) {
      this.text = text;
    }

    /** As CheXpert writes it. */
    public String text() {
      return text;
    }
  }

  /** These attributes, and of another source what is not known of them. */
  public Attributes or(Attributes other) {
    return new Attributes(
        sex == Sex.UNKNOWN ? other.sex : sex,
        Double.isNaN(ageYears) ? other.ageYears : ageYears,
        orientation == Orientation.UNKNOWN ? other.orientation : orientation,
        projection == Projection.UNKNOWN ? other.projection : projection);
  }

  /** Reads frontal, lateral, AP, PA, LL, RL from one word, as data sets and DICOM write it. */
  public Attributes withView(String text) {
    String word = text.strip().toUpperCase(java.util.Locale.ROOT);
    return switch (word) {
      case "AP", "AP SUPINE", "AP ERECT", "AP_HORIZONTAL", "AP PORTABLE", "APPORTABLE" ->
          new Attributes(sex, ageYears, Orientation.FRONTAL, Projection.AP);
      case "PA" -> new Attributes(sex, ageYears, Orientation.FRONTAL, Projection.PA);
      case "LL", "L" -> new Attributes(sex, ageYears, Orientation.LATERAL, Projection.LL);
      case "RL", "R" -> new Attributes(sex, ageYears, Orientation.LATERAL, Projection.RL);
      case "LATERAL", "LAT" ->
          new Attributes(sex, ageYears, Orientation.LATERAL, Projection.UNKNOWN);
      case "FRONTAL" -> new Attributes(sex, ageYears, Orientation.FRONTAL, projection);
      default -> this;
    };
  }
}

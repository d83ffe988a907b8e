package org.mococxr.events;

import java.util.regex.Pattern;

/**
 * Reasons are kept on topics, shown to everybody who sees the dashboard, and copied into tickets.
 * Names of images and folders of patients tell who was X-rayed: they stay in the log of the service
 * or run, on the machine where the images are.
 */
final class Reasons {
  private static final String INSTEAD = "<image, see the log>";

  /**
   * The start of a word and what it begins with: tried once for each word, since a long one without
   * a match would take the square of its length from every letter.
   */
  private static final String WORD = "(?<![^\\s'\"<>(),;])[^\\s'\"<>(),;]*";

  /** A file of an image, with the folders before it as far as they have no blanks. */
  private static final Pattern IMAGE =
      Pattern.compile(
          WORD + "\\.(?:png|jpe?g|jp2|j2k|dcm|dicom|bmp|tiff?|webp|gif)\\b",
          Pattern.CASE_INSENSITIVE);

  /** A path through a patient's folder. */
  private static final Pattern PATIENT =
      Pattern.compile(WORD + "patient[-_]?\\d[^\\s'\"<>(),;:]*", Pattern.CASE_INSENSITIVE);

  /** A DICOM identifier: numbers with at least five dots. */
  private static final Pattern UID =
      Pattern.compile(WORD + "\\b\\d++(?:\\.\\d++){5,}+[^\\s'\"<>(),;:]*");

  private Reasons() {}

  /** The reason without them; null stays null. */
  static String withoutPatients(String reason) {
    if (reason == null) {
      return null;
    }
    String text = reason;
    for (Pattern pattern : new Pattern[] {IMAGE, PATIENT, UID}) {
      text = pattern.matcher(text).replaceAll(INSTEAD);
    }
    return text;
  }
}

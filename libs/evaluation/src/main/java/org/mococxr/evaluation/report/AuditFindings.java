package org.mococxr.evaluation.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * Duplicates in a split, across patients or parts. What is of one patient and in one part is none.
 *
 * @param images that were compared
 * @param resized how they were resized before, for example {@code square, 48 px}; null if they were
 *     compared as they are
 * @param distance bits of the perceptual hash that may differ in near duplicates
 * @param exact pairs of pictures whose pixels are equal
 * @param near pairs of other pictures that look alike
 * @param acrossParts of both, those whose pictures are in different parts
 * @param pairs the first of them: across parts before others, exact before near
 * @param unreadable pictures that could not be read, and so were not compared
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AuditFindings(
    int images,
    String resized,
    int distance,
    long exact,
    long near,
    long acrossParts,
    List<Pair> pairs,
    List<Unreadable> unreadable) {
  /** The result in a run's folder. */
  public static final String FILE = "audit.json";

  /** So many lines of a table are shown; {@value #FILE} has more. */
  private static final int SHOWN = 50;

  /** Copies the lists. */
  public AuditFindings {
    pairs = ExperimentReport.copy(pairs);
    unreadable = ExperimentReport.copy(unreadable);
  }

  /**
   * Two pictures.
   *
   * @param exact their pixels are equal
   * @param distance bits by which their perceptual hashes differ
   */
  public record Pair(Picture first, Picture second, boolean exact, int distance) {}

  /** Where a picture is, in which part, and whose. */
  public record Picture(String path, String part, String patient) {}

  /**
   * A picture that could not be read.
   *
   * @param problem what is wrong with it
   */
  public record Unreadable(Picture picture, String problem) {}

  /** The same, of pictures that were resized, or of which some could not be read. */
  public AuditFindings with(String resizing, List<Unreadable> left) {
    return new AuditFindings(images, resizing, distance, exact, near, acrossParts, pairs, left);
  }

  /** Writes the report's section. */
  void write(Markup out) {
    out.start("section", "id", "duplicates").element("h2", "Duplicates");
    out.element(
        "p",
        ("Of %d images%s, %d pairs have the same pixels and %d look alike (perceptual hashes that"
                + " differ in at most %d of 64 bits) although they are of different patients or in"
                + " different parts; %d of them are in different parts. Pictures that look alike"
                + " need not be of one patient.")
            .formatted(
                images,
                resized == null ? "" : " (" + resized + ")",
                exact,
                near,
                distance,
                acrossParts));
    if (!pairs.isEmpty()) {
      out.start("table").start("tr");
      for (String head : List.of("image", "part", "patient", "image", "part", "patient", "bits")) {
        out.element("th", head);
      }
      out.end();
      for (Pair pair : pairs.subList(0, Math.min(pairs.size(), SHOWN))) {
        out.start("tr");
        cells(out, pair.first());
        cells(out, pair.second());
        out.element("td", pair.exact() ? "same pixels" : Integer.toString(pair.distance()));
        out.end();
      }
      out.end();
    }
    if (!unreadable.isEmpty()) {
      out.element("p", unreadable.size() + " more images could not be read.");
      out.start("table").start("tr");
      for (String head : List.of("image", "part", "patient", "problem")) {
        out.element("th", head);
      }
      out.end();
      for (Unreadable each : unreadable.subList(0, Math.min(unreadable.size(), SHOWN))) {
        out.start("tr");
        cells(out, each.picture());
        out.element("td", each.problem()).end();
      }
      out.end();
    }
    out.end().line();
  }

  private static void cells(Markup out, Picture picture) {
    out.element("td", picture.path());
    out.element("td", picture.part());
    out.element("td", picture.patient());
  }
}

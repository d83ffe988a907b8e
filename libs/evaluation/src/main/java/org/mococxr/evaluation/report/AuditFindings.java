package org.mococxr.evaluation.report;

import java.util.List;

/**
 * Duplicates in a split, across patients or parts. What is of one patient and in one part is none.
 *
 * @param images that were compared
 * @param distance bits of the perceptual hash that may differ in near duplicates
 * @param exact pairs of pictures whose pixels are equal
 * @param near pairs of other pictures that look alike
 * @param acrossParts of both, those whose pictures are in different parts
 * @param pairs the first of them: across parts before others, exact before near
 */
public record AuditFindings(
    int images, int distance, long exact, long near, long acrossParts, List<Pair> pairs) {
  /** The result in a run's folder. */
  public static final String FILE = "audit.json";

  /** Copies the list. */
  public AuditFindings {
    pairs = pairs == null ? List.of() : List.copyOf(pairs);
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

  /** Writes the report's section. */
  void write(Markup out) {
    out.start("section", "id", "duplicates").element("h2", "Duplicates");
    out.element(
        "p",
        ("Of %d images, %d pairs have the same pixels and %d look alike (perceptual hashes that"
                + " differ in at most %d of 64 bits) although they are of different patients or in"
                + " different parts; %d of them are in different parts. Pictures that look alike"
                + " need not be of one patient.")
            .formatted(images, exact, near, distance, acrossParts));
    if (!pairs.isEmpty()) {
      out.start("table").start("tr");
      for (String head : List.of("image", "part", "patient", "image", "part", "patient", "bits")) {
        out.element("th", head);
      }
      out.end();
      for (Pair pair : pairs.subList(0, Math.min(pairs.size(), 50))) {
        out.start("tr");
        for (Picture picture : List.of(pair.first(), pair.second())) {
          out.element("td", picture.path());
          out.element("td", picture.part());
          out.element("td", picture.patient());
        }
        out.element("td", pair.exact() ? "same pixels" : Integer.toString(pair.distance()));
        out.end();
      }
      out.end();
    }
    out.end().line();
  }
}

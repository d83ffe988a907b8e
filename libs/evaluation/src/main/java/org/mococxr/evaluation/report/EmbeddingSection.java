package org.mococxr.evaluation.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The encoder's features of test images, drawn in two dimensions. */
final class EmbeddingSection {
  /** Labels first, so that a label has the same colour and mark in every report. */
  private static final List<String> ORDER = List.of("positive", "negative");

  private EmbeddingSection() {}

  static void write(ExperimentReport report, Markup out) {
    ExperimentReport.Embedding embedding = report.embedding();
    if (embedding == null || embedding.images().isEmpty()) {
      return;
    }
    List<String> groups =
        Stream.concat(
                ORDER.stream(),
                embedding.images().stream().map(ExperimentReport.EmbeddedImage::group))
            .distinct()
            .toList();
    List<Series> series = new ArrayList<>();
    for (String group : groups) {
      List<Series.Mark> marks =
          embedding.images().stream()
              .filter(image -> image.group().equals(group))
              .map(image -> new Series.Mark(image.x(), image.y(), image.study()))
              .toList();
      if (!marks.isEmpty()) {
        series.add(new Series(group, groups.indexOf(group), false, Series.Shape.FAINT, marks));
      }
    }
    Axis x = bare(embedding.images().stream().map(ExperimentReport.EmbeddedImage::x).toList());
    Axis y = bare(embedding.images().stream().map(ExperimentReport.EmbeddedImage::y).toList());
    out.start("section", "id", "embedding").element("h2", "Embedding");
    HtmlReport.figure(
        out,
        new Figure(
            "embedding-map",
            "Features of the test images by " + embedding.method(),
            "Each mark is an image; images with like features lie near each other.",
            1,
            640,
            480,
            List.of(new Panel("", x, y, List.of(), series, false))),
        caption(embedding));
    out.end().line();
  }

  private static String caption(ExperimentReport.Embedding embedding) {
    int shown = embedding.images().size();
    String images =
        shown < embedding.of()
            ? Words.whole(shown)
                + " of "
                + Words.whole(embedding.of())
                + " test images, drawn at random"
            : Words.whole(shown) + " test images";
    return "%s of the pooled features of %s, under %s; marks by %s. %s"
        .formatted(
            embedding.method(),
            images,
            embedding.features(),
            embedding.colours(),
            "Distances are not to scale; only neighbourhoods mean something.");
  }

  /** Without ticks: the numbers mean nothing. */
  private static Axis bare(List<Double> values) {
    Axis axis = Axis.linear("", values, -Double.MAX_VALUE, Double.MAX_VALUE);
    return new Axis("", axis.low(), axis.high(), false, List.of());
  }
}

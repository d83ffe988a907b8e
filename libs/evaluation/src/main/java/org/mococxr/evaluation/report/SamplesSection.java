package org.mococxr.evaluation.report;

import org.mococxr.foundation.UserErrorException;

/** A few test images with label, prediction and, where there is one, the explanation. */
final class SamplesSection {
  private SamplesSection() {}

  static void write(ExperimentReport report, Markup out) {
    if (report.samples().isEmpty()) {
      return;
    }
    out.start("section", "id", "samples").element("h2", "Sample images");
    out.element("p", introduction(report));
    out.start("div", "class", "samples").line();
    for (ExperimentReport.Sample sample : report.samples()) {
      boolean pair = sample.heatMap() != null;
      out.start("figure", "class", pair ? "wide" : null).start("div", "class", "pair");
      out.leaf(
          "img", "src", image(sample.image()), "alt", "Chest X-ray of study " + sample.study());
      if (pair) {
        out.leaf(
            "img",
            "src",
            image(sample.heatMap()),
            "alt",
            "The same with the regions that raise the prediction");
      }
      out.end().start("figcaption").text(sample.study());
      for (ExperimentReport.Finding finding : sample.findings()) {
        out.leaf("br").text(finding.task() + " ");
        out.element("b", Words.two(finding.probability()));
        out.text(
            finding.label() == null
                ? " · label not known"
                : finding.label() ? " · label positive" : " · label negative");
      }
      out.end().end().line();
    }
    out.end().end().line();
  }

  private static String introduction(ExperimentReport report) {
    String what = "Test images that no training run saw, with the served model's probabilities.";
    return report.samples().stream()
        .filter(sample -> sample.heatMap() != null && !sample.findings().isEmpty())
        .findFirst()
        .map(
            sample ->
                what
                    + " Beside each, coloured, where the network found evidence for "
                    + sample.findings().getFirst().task()
                    + " (Grad-CAM of its last feature map); each map has a scale of its own, and"
                    + " one without colour found none. Pictures are as the network sees them.")
        .orElse(what);
  }

  /** Only images that are in the page: a report must not fetch anything. */
  private static String image(String uri) {
    if (!uri.matches("data:image/(png|jpeg);base64,[A-Za-z0-9+/=]*")) {
      throw new UserErrorException(
          "report, samples",
          "an image that is not in the report",
          "give PNG or JPEG as a data URI");
    }
    return uri;
  }
}

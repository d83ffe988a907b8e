package org.mococxr.evaluation.report;

import java.util.List;
import org.mococxr.evaluation.metrics.Curve;

/** Radiologists' operating points against a model's ROC curve (method.md §5). */
final class ReaderComparison {
  private ReaderComparison() {}

  /** How many lie below the curve: the model is more sensitive at their specificity. */
  static long below(Curve roc, List<ServedModel.Reader> readers) {
    return readers.stream()
        .filter(reader -> reader.sensitivity() < roc.at(1 - reader.specificity()))
        .count();
  }

  static String sentence(Curve roc, List<ServedModel.Reader> readers) {
    return roc == null
        ? ""
        : " %d of %d radiologists' operating points lie below the curve."
            .formatted(below(roc, readers), readers.size());
  }
}

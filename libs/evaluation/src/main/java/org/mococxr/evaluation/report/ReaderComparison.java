package org.mococxr.evaluation.report;

import java.util.List;
import org.mococxr.evaluation.metrics.Curve;

/** Radiologists' operating points against a model's curves (method.md §5). */
final class ReaderComparison {
  private ReaderComparison() {}

  /** How many lie below the curve: the model is more sensitive at their specificity. */
  static long below(Curve roc, List<ServedModel.Reader> readers) {
    return readers.stream()
        .filter(reader -> reader.sensitivity() < roc.at(1 - reader.specificity()))
        .count();
  }

  /** How many lie below the precision-recall curve, of those whose precision is known. */
  static long belowPrecisionRecall(Curve curve, List<ServedModel.Reader> readers) {
    return readers.stream()
        .filter(reader -> reader.precision() < curve.at(reader.sensitivity()))
        .count();
  }

  static String sentence(ServedModel.TaskFigures task) {
    List<ServedModel.Reader> readers = task.readers();
    if (task.roc() == null || readers.isEmpty()) {
      return "";
    }
    String roc =
        " %d of %d radiologists' operating points lie below the ROC curve"
            .formatted(below(task.roc(), readers), readers.size());
    long precise = readers.stream().filter(reader -> !Double.isNaN(reader.precision())).count();
    return precise == 0 || task.precisionRecall() == null
        ? roc + "."
        : roc
            + ", %d of %d below the precision-recall curve."
                .formatted(belowPrecisionRecall(task.precisionRecall(), readers), precise);
  }
}

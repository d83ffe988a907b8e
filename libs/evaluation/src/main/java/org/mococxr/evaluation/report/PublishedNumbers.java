package org.mococxr.evaluation.report;

import java.util.ArrayList;
import java.util.List;
import org.mococxr.specs.run.Paper;

/** Numbers of papers, for an experiment that repeats one of them. */
public final class PublishedNumbers {
  private static final String TASK = "Pleural Effusion";
  private static final double[] FRACTIONS = {0.001, 0.01, 0.1, 1};

  private PublishedNumbers() {}

  /**
   * The numbers of a paper. MoCo-CXR: MoCo against ImageNet initialisation for pleural effusion on
   * CheXpert: the AUROCs of the figure, and the differences with 0.1 % of the labels that the
   * abstract of arXiv:2010.05352v1 states.
   */
  public static List<ExperimentReport.Published> of(Paper paper) {
    return switch (paper) {
      case MOCO_CXR -> mocoCxr();
    };
  }

  private static List<ExperimentReport.Published> mocoCxr() {
    List<ExperimentReport.Published> all = new ArrayList<>();
    all.add(difference("linear", 0.096, 0.061, 0.130));
    all.add(difference("end-to-end", 0.037, 0.015, 0.062));
    aurocs(all, "resnet18", "linear", "moco", 0.776, 0.838, 0.848, 0.850);
    aurocs(all, "resnet18", "linear", "imagenet", 0.683, 0.766, 0.799, 0.815);
    aurocs(all, "resnet18", "end-to-end", "moco", 0.813, 0.885, 0.915, 0.942);
    aurocs(all, "resnet18", "end-to-end", "imagenet", 0.775, 0.858, 0.898, 0.942);
    aurocs(all, "densenet121", "linear", "moco", 0.775, 0.833, 0.839, 0.845);
    aurocs(all, "densenet121", "linear", "imagenet", 0.669, 0.755, 0.769, 0.789);
    aurocs(all, "densenet121", "end-to-end", "moco", 0.795, 0.877, 0.920, 0.953);
    aurocs(all, "densenet121", "end-to-end", "imagenet", 0.747, 0.857, 0.908, 0.949);
    return all;
  }

  /** One line of the figure, at {@link #FRACTIONS}. */
  private static void aurocs(
      List<ExperimentReport.Published> into,
      String architecture,
      String mode,
      String initialisation,
      double... values) {
    for (int i = 0; i < values.length; i++) {
      into.add(
          new ExperimentReport.Published(
              "Sowrirajan et al. 2021, read off the paper's figure",
              "https://arxiv.org/abs/2010.05352",
              TASK,
              architecture,
              mode,
              FRACTIONS[i],
              initialisation,
              null,
              values[i],
              null,
              null));
    }
  }

  private static ExperimentReport.Published difference(
      String mode, double difference, double lower, double upper) {
    return new ExperimentReport.Published(
        "Sowrirajan et al. 2020, abstract of version 1",
        "https://arxiv.org/abs/2010.05352v1",
        TASK,
        null,
        mode,
        0.001,
        "moco",
        "imagenet",
        difference,
        lower,
        upper);
  }
}

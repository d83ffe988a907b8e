package org.mococxr.evaluation.report;

import java.util.List;
import org.mococxr.foundation.UserErrorException;

/** Numbers of papers, for an experiment that repeats one of them. */
public final class PublishedNumbers {
  private static final String TASK = "Pleural Effusion";

  private PublishedNumbers() {}

  /**
   * The numbers of a paper.
   *
   * @param name {@code moco-cxr}: Sowrirajan et al. 2020, MoCo over ImageNet initialisation with
   *     0.1 % of CheXpert's labels, as the abstract of arXiv:2010.05352v1 states them
   */
  public static List<ExperimentReport.Published> named(String name) {
    if (!name.equals("moco-cxr")) {
      throw new UserErrorException(
          "published", "no numbers of a paper '" + name + "'", "known: moco-cxr");
    }
    return List.of(
        mocoCxr("linear", 0.096, 0.061, 0.130), mocoCxr("end-to-end", 0.037, 0.015, 0.062));
  }

  private static ExperimentReport.Published mocoCxr(
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

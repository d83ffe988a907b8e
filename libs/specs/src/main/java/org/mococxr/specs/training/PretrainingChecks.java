package org.mococxr.specs.training;

import java.util.List;
import java.util.Map;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.option.Declared;
import org.mococxr.specs.option.Options;
import org.mococxr.specs.training.PretrainingOptions.Augmentation;
import org.mococxr.specs.training.PretrainingOptions.Laterality;
import org.mococxr.specs.training.PretrainingOptions.Optimizer;
import org.mococxr.specs.training.PretrainingOptions.Positives;
import org.mococxr.specs.training.PretrainingOptions.Schedule;

/**
 * Which options of pretraining go together. Each check takes what it is about, since the record is
 * still being made.
 */
final class PretrainingChecks {
  private PretrainingChecks() {}

  /** Only other pictures have another laterality. */
  static void requirePositives(Positives positives, Laterality laterality) {
    if (positives == Positives.SAME_IMAGE && laterality != Laterality.ANY) {
      throw new UserErrorException(
          "laterality",
          "found " + laterality.text() + ", but the second view comes from the same image",
          "positives same-study or same-patient, or no laterality");
    }
  }

  /** What the optimizer or the schedule does not use is not given. */
  static void requireEffects(
      Optimizer optimizer,
      double sgdMomentum,
      Schedule schedule,
      List<Integer> milestones,
      double gamma,
      double cosineRate) {
    Effects effects =
        Effects.of(
            PretrainingOptions.class,
            Map.of(
                "sgdMomentum", sgdMomentum,
                "milestones", milestones,
                "gamma", gamma,
                "cosineRate", cosineRate));
    effects.require(
        optimizer == Optimizer.SGD || optimizer == Optimizer.LARS,
        "the optimizer " + optimizer.text(),
        "the optimizer sgd or lars",
        "sgdMomentum");
    String scheduled = "the schedule " + schedule.text();
    effects.require(
        schedule == Schedule.STEP, scheduled, "the schedule step", "milestones", "gamma");
    effects.require(schedule == Schedule.COSINE, scheduled, "the schedule cosine", "cosineRate");
  }

  /**
   * Steps fill the queue without a rest.
   *
   * @param queueSize null for the usual one
   * @param keys of a step
   */
  static void requireQueue(Integer queueSize, int keys) {
    if (queueSize != null && queueSize % keys != 0) {
      throw new UserErrorException(
          "queueSize", "found " + queueSize, "a multiple of the " + keys + " keys of a step");
    }
  }

  /** The numbers are those of the augmentation. */
  static void requireViews(Augmentation augmentation, ViewOptions views) {
    Map<String, Object> changed = Options.changed(views);
    for (Declared option : Declared.of(ViewOptions.class)) {
      String only = option.option().only();
      if (changed.containsKey(option.name())
          && !only.isEmpty()
          && !List.of(only.split(", ")).contains(augmentation.text())) {
        throw new UserErrorException(
            "augmentationOptions." + option.name(),
            "the augmentation " + augmentation.text() + " does not have it",
            "leave it out, or name one of " + only);
      }
    }
    if (views.blurMin() > views.blurMax()) {
      throw new UserErrorException(
          "augmentationOptions.blurMin",
          "found " + views.blurMin(),
          "expected at most blurMax, " + views.blurMax());
    }
  }
}

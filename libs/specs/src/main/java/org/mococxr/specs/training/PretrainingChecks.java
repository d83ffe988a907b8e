package org.mococxr.specs.training;

import java.util.List;
import java.util.Map;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.option.Declared;
import org.mococxr.specs.option.Options;
import org.mococxr.specs.training.PretrainingOptions.Laterality;
import org.mococxr.specs.training.PretrainingOptions.Optimizer;
import org.mococxr.specs.training.PretrainingOptions.Positives;
import org.mococxr.specs.training.PretrainingOptions.Schedule;

/** Which options of pretraining go together. */
final class PretrainingChecks {
  private PretrainingChecks() {}

  /**
   * Checks that the options go together and have an effect.
   *
   * @throws UserErrorException naming an option that does not fit
   */
  static void require(PretrainingOptions options) {
    requirePositives(options);
    requireEffects(options);
    requireQueue(options);
    requireViews(options);
  }

  /** Only other pictures have another laterality. */
  private static void requirePositives(PretrainingOptions options) {
    if (options.positives() == Positives.SAME_IMAGE && options.laterality() != Laterality.ANY) {
      throw new UserErrorException(
          "laterality",
          "found "
              + options.laterality().text()
              + ", but the second view comes from the same image",
          "positives same-study or same-patient, or no laterality");
    }
  }

  /** What the optimizer or the schedule does not use is not given. */
  private static void requireEffects(PretrainingOptions options) {
    Effects effects = new Effects(Options.changed(options));
    Optimizer optimizer = options.optimizer();
    effects.require(
        optimizer == Optimizer.SGD || optimizer == Optimizer.LARS,
        "the optimizer " + optimizer.text(),
        "the optimizer sgd or lars",
        "sgdMomentum");
    Schedule schedule = options.schedule();
    String scheduled = "the schedule " + schedule.text();
    effects.require(
        schedule == Schedule.STEP, scheduled, "the schedule step", "milestones", "gamma");
    effects.require(schedule == Schedule.COSINE, scheduled, "the schedule cosine", "cosineRate");
  }

  /** Steps fill the queue without a rest. */
  private static void requireQueue(PretrainingOptions options) {
    int keys = options.symmetric() ? 2 * options.batch() : options.batch();
    Integer size = options.queueSize();
    if (size != null && size % keys != 0) {
      throw new UserErrorException(
          "queueSize", "found " + size, "a multiple of the " + keys + " keys of a step");
    }
  }

  /** The numbers are those of the augmentation. */
  private static void requireViews(PretrainingOptions options) {
    ViewOptions views = options.augmentationOptions();
    Map<String, Object> changed = Options.changed(views);
    for (Declared option : Declared.of(ViewOptions.class)) {
      String only = option.option().only();
      if (changed.containsKey(option.name())
          && !only.isEmpty()
          && !List.of(only.split(", ")).contains(options.augmentation().text())) {
        throw new UserErrorException(
            "augmentationOptions." + option.name(),
            "the augmentation " + options.augmentation().text() + " does not have it",
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

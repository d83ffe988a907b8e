package org.mococxr.specs.training;

import java.util.Map;
import java.util.stream.Collectors;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.option.Declared;
import org.mococxr.specs.option.Options;

/** Which options of fine-tuning go together. */
final class FineTuningChecks {
  private FineTuningChecks() {}

  /**
   * Checks that the options are those of a mode, and go together.
   *
   * @throws UserErrorException naming an option or choice that does not fit
   */
  static void require(FineTuningOptions options, Mode mode) {
    Map<String, Object> changed = Options.changed(options);
    for (Declared option : Declared.of(FineTuningOptions.class)) {
      String only = option.option().only();
      if (!only.isEmpty() && !only.equals(mode.text()) && changed.containsKey(option.name())) {
        throw new UserErrorException(
            option.name(), "given for the mode " + mode.text(), "it is an option of " + only);
      }
    }
    if (options.solver() != null && !FineTuningOptions.solvers(mode).contains(options.solver())) {
      throw new UserErrorException(
          "solver",
          "found " + options.solver().text() + " for the mode " + mode.text(),
          "expected one of "
              + FineTuningOptions.solvers(mode).stream()
                  .map(Solver::text)
                  .collect(Collectors.joining(", ")));
    }
    if (options.ensemble() > Math.max(1, options.keepBest())) {
      throw new UserErrorException(
          "ensemble",
          "found "
              + options.ensemble()
              + ", but keepBest keeps "
              + options.keepBest()
              + " checkpoints",
          "expected at most keepBest");
    }
    if (options.classification() == FineTuningOptions.Classification.MULTI_CLASS) {
      if (options.calibration() != null && !options.calibration().keepsSums()) {
        throw new UserErrorException(
            "calibration",
            "found " + options.calibration().text() + " with the classification multi-class",
            "expected temperature or none: probabilities of classes must add up to 1");
      }
      if (options.aggregation() == FineTuningOptions.Aggregation.MAX) {
        throw new UserErrorException(
            "aggregation",
            "found max with the classification multi-class",
            "expected mean: probabilities of classes must add up to 1");
      }
      if (options.selectOn() != null && options.selectBy() == FineTuningOptions.SelectBy.LOG_LOSS) {
        throw new UserErrorException(
            "selectOn",
            "found " + options.selectOn() + " with the log-loss of exclusive classes",
            "leave it out, or selectBy: auroc: that log-loss is of all classes together");
      }
    }
    if (options.frozenNorms() == FineTuningOptions.FrozenNorms.RUNNING && options.featureReuse()) {
      throw new UserErrorException(
          "frozenNorms",
          "found running with stored features, which do not change",
          "expected fixed, or featureReuse: false");
    }
    boolean evaluates = options.frozenNorms() == FineTuningOptions.FrozenNorms.FIXED;
    if (mode == Mode.LINEAR && evaluates && options.dropout() > 0) {
      throw new UserErrorException(
          "dropout",
          "found " + options.dropout() + " in linear mode, whose frozen network runs as in tests",
          "expected 0, or featureReuse: false with frozenNorms: running");
    }
    if (mode == Mode.LINEAR && !options.featureReuse() && options.solver() == Solver.LBFGS) {
      throw new UserErrorException(
          "solver", "lbfgs needs stored features", "expected sgd or adam, or featureReuse: true");
    }
  }
}

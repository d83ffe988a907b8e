package org.mococxr.specs.training;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.LabelPolicies;
import org.mococxr.specs.option.Declared;
import org.mococxr.specs.option.Options;
import org.mococxr.specs.training.FineTuningOptions.Schedule;

/** Which options of fine-tuning go together. */
final class FineTuningChecks {
  private FineTuningChecks() {}

  /**
   * Checks that the options are those of a mode, go together and have an effect.
   *
   * @param filled what the run fills in where nothing is given: a run is read again with it
   * @throws UserErrorException naming an option or choice that does not fit
   */
  static void require(FineTuningOptions options, Mode mode, Map<String, Object> filled) {
    Map<String, Object> changed = Options.changed(options);
    changed.entrySet().removeIf(each -> each.getValue().equals(filled.get(each.getKey())));
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
      options.aggregation().requireSums("aggregation");
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
    requireEffects(options, mode, new Effects(changed));
  }

  /**
   * Checks that the options speak of these tasks alone.
   *
   * @throws UserErrorException naming the option
   */
  static void requireTasks(FineTuningOptions options, List<String> tasks) {
    if (options.classification() == FineTuningOptions.Classification.MULTI_CLASS
        && tasks.size() < 2) {
      throw new UserErrorException(
          "tasks",
          "found " + tasks + " with the classification multi-class",
          "two classes or more");
    }
    List<String> chosen = options.selectOn();
    if (chosen != null && (chosen.isEmpty() || !tasks.containsAll(chosen))) {
      throw new UserErrorException("selectOn", "found " + chosen, "expected some of " + tasks);
    }
    LabelPolicies.checkTasks(options.labelPolicy(), tasks);
  }

  private static void requireEffects(FineTuningOptions options, Mode mode, Effects effects) {
    Solver solver = options.solver(mode);
    String solved = "the solver " + solver.text();
    effects.require(solver == Solver.SGD, solved, "the solver sgd", "sgdMomentum", "sgdDampening");
    effects.require(
        options.sgdMomentum() > 0, "sgdMomentum 0", "an sgdMomentum above 0", "sgdDampening");
    effects.require(solver == Solver.LBFGS, solved, "the solver lbfgs", "penalties");
    effects.require(
        solver != Solver.LBFGS,
        solved,
        "the solver sgd or adam",
        "learningRate",
        "weightDecay",
        "batch",
        "epochs",
        "schedule",
        "evaluateEvery",
        "earlyStopping");
    Schedule schedule = options.schedule();
    String scheduled = "the schedule " + schedule.text();
    boolean steps = schedule == Schedule.STEP || schedule == Schedule.MULTI_STEP;
    boolean plateau = schedule == Schedule.PLATEAU;
    effects.require(steps, scheduled, "the schedule step or multi_step", "milestones");
    effects.require(
        steps || plateau, scheduled, "the schedule step, multi_step or plateau", "gamma");
    effects.require(plateau, scheduled, "the schedule plateau", "patience");
    effects.require(
        mode == Mode.END_TO_END || !options.featureReuse(),
        "features that are computed once",
        "featureReuse: false",
        "augmentation",
        "keepBest",
        "ensemble",
        "precision");
    effects.require(options.ensemble() > 1, "an ensemble of one", "ensemble", "aggregation");
  }
}

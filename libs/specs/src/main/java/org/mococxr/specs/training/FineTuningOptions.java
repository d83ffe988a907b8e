package org.mococxr.specs.training;

import static org.mococxr.specs.option.Role.IDENTIFIES;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.LabelPolicies;
import org.mococxr.specs.option.Choice;
import org.mococxr.specs.option.EngineThreads;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.option.Options;

/**
 * Fine-tuning, linear and end-to-end (method.md §4). What is null depends on the mode or on the
 * fraction of the labels; {@link #resolved} fills it in.
 */
public record FineTuningOptions(
    @Option(
            value =
                "what uncertain and blank labels become in training: ignore, zeros, ones,"
                    + " prevalence, map:<file> or three-class, or {uncertain: <one of these>,"
                    + " blank: negative or ignore}; for all tasks, or as a map from task to policy",
            role = IDENTIFIES,
            otherwise =
                "uncertain masked; blank negative where the label set is CheXpert's, else masked",
            label = "RULE")
        LabelPolicies labelPolicy,
    @Option(
            value =
                "multi-label: each task for itself; multi-class: exactly one of the tasks is true of"
                    + " a study, and their probabilities are a softmax",
            role = IDENTIFIES,
            byDefault = "multi-label")
        Classification classification,
    @Option(
            value =
                "what a study of several views has with the label policy three-class: odds, the"
                    + " largest odds of positive against negative among its views; logits, the"
                    + " largest of each logit for itself, as in the reference",
            role = IDENTIFIES,
            byDefault = "odds")
        ThreeClassStudies threeClassStudies,
    @Option(
            value = "pictures of fine-tuning, where they differ from the experiment's",
            role = IDENTIFIES,
            otherwise = "the experiment's")
        ImageOptions image,
    @Option(
            value = "linear: lbfgs, sgd or adam; end-to-end: adam, adamw or sgd",
            role = IDENTIFIES,
            otherwise = "linear: lbfgs, or adam without featureReuse; end-to-end: adam")
        Solver solver,
    @Option(
            value = "L2 strengths that lbfgs chooses among on validation",
            role = IDENTIFIES,
            byDefault = "[10, 1, 0.1, 1e-2, 1e-3, 1e-4]",
            min = 0,
            only = "linear",
            label = "L2")
        List<Double> penalties,
    @Option(
            value = "initial learning rate",
            role = IDENTIFIES,
            otherwise = "30 for sgd in linear mode, else 1e-4",
            above = 0,
            flags = {"--lr", "--learning-rate"},
            label = "RATE")
        Double learningRate,
    @Option(
            value = "momentum of sgd",
            role = IDENTIFIES,
            byDefault = "0.9",
            min = 0,
            below = 1,
            aliases = "momentum",
            label = "M")
        double sgdMomentum,
    @Option(
            value =
                "of sgd's momentum, as PyTorch has it: the share of a gradient that is left out of it;"
                    + " the reference has 0.9",
            role = IDENTIFIES,
            byDefault = "0",
            min = 0,
            below = 1,
            label = "D")
        double sgdDampening,
    @Option(value = "L2 in the gradient", role = IDENTIFIES, byDefault = "0", min = 0, label = "W")
        double weightDecay,
    @Option(
            value = "images a step",
            role = IDENTIFIES,
            otherwise = "48 in linear mode, else 16",
            min = 1,
            label = "N")
        Integer batch,
    @Option(
            value = "passes over the draw",
            role = IDENTIFIES,
            otherwise = "int(5 * 4^(log8(1 / fraction)))",
            min = 1,
            label = "N")
        Integer epochs,
    @Option(
            value =
                "how the rate falls: step every so many epochs as the first milestone says,"
                    + " multi_step at each milestone, plateau when validation stands still, cosine,"
                    + " or none",
            role = IDENTIFIES,
            byDefault = "none")
        Schedule schedule,
    @Option(
            value = "epochs of multi_step; the first is the length of step",
            role = IDENTIFIES,
            byDefault = "[50, 125, 250]",
            min = 1,
            label = "EPOCH")
        List<Integer> milestones,
    @Option(
            value = "factor of a decay",
            role = IDENTIFIES,
            byDefault = "0.1",
            above = 0,
            max = 1,
            label = "FACTOR")
        double gamma,
    @Option(
            value = "evaluations without gain before plateau decays",
            role = IDENTIFIES,
            byDefault = "2",
            min = 0,
            label = "N")
        int patience,
    @Option(
            value = "augmentation of training; a random crop alone unless told",
            role = IDENTIFIES,
            flags = "--augmentation",
            label = "YAML")
        FineTuneViews augmentation,
    @Option(
            value = "images between evaluations",
            role = IDENTIFIES,
            otherwise = "min(2^17 * fraction, 8192)",
            min = 1,
            label = "N")
        Integer evaluateEvery,
    @Option(
            value =
                "checkpoints kept, the best on validation; 0 keeps none besides the run's model",
            role = IDENTIFIES,
            byDefault = "10",
            min = 0,
            aliases = "keep",
            flags = {"--keep-best", "--keep"},
            label = "N")
        int keepBest,
    @Option(
            value =
                "what checkpoints, penalties and points of a sweep are chosen by on validation:"
                    + " mean AUROC, or log-loss",
            role = IDENTIFIES,
            byDefault = "auroc")
        SelectBy selectBy,
    @Option(
            value =
                "the tasks whose mean the choice goes by; the others are trained, and need not have"
                    + " both classes in validation",
            role = IDENTIFIES,
            otherwise = "all tasks",
            label = "TASK")
        List<String> selectOn,
    @Option(
            value =
                "parts of the network to train besides the head, by their names, for example"
                    + " layer4; the rest is frozen with its batch norms",
            role = IDENTIFIES,
            otherwise = "all",
            only = "end-to-end")
        List<String> layers,
    @Option(
            value = "evaluations without gain before the end; 0 is never",
            role = IDENTIFIES,
            byDefault = "0",
            min = 0,
            label = "N")
        int earlyStopping,
    @Option(
            value = "balanced: positives weigh negatives / positives",
            role = IDENTIFIES,
            byDefault = "none")
        ClassWeights classWeights,
    @Option(
            value =
                "training's targets y become y * (1 - s) + s / 2, so that no probability is driven"
                    + " to 0 or 1",
            role = IDENTIFIES,
            byDefault = "0",
            min = 0,
            below = 0.5,
            label = "S")
        double labelSmoothing,
    @Option(
            value =
                "how logits become probabilities; platt is left out where it would turn the order of"
                    + " scores round, platt-any is not, as in the reference",
            role = IDENTIFIES,
            otherwise = "platt; temperature, one for all classes, with multi-class")
        Calibration calibration,
    @Option(
            value =
                "checkpoints per task whose probabilities are joined at test; 1 is the best alone",
            role = IDENTIFIES,
            byDefault = "1",
            min = 1,
            label = "N")
        int ensemble,
    @Option(
            value = "how the probabilities of an ensemble are joined",
            role = IDENTIFIES,
            byDefault = "mean")
        Aggregation aggregation,
    @Option(
            value = "dropout before the head; in linear mode only with frozenNorms: running",
            role = IDENTIFIES,
            byDefault = "0",
            min = 0,
            below = 1,
            label = "P")
        double dropout,
    @Option(
            value =
                "of training and evaluation through the network: float32, tf32 (a GPU's convolutions"
                    + " in TF32) or bf16 (float32 master weights)",
            role = IDENTIFIES,
            byDefault = "float32")
        Precision precision,
    @Option(
            value =
                "false runs every image through the frozen network each epoch, with augmentation,"
                    + " instead of computing its features once",
            role = IDENTIFIES,
            byDefault = "true",
            only = "linear")
        boolean featureReuse,
    @Option(
            value =
                "batch norms of the frozen encoder: fixed, or running with each batch without"
                    + " featureReuse, as the reference leaves them on CheXpert",
            role = IDENTIFIES,
            byDefault = "fixed",
            only = "linear")
        FrozenNorms frozenNorms,
    @EngineThreads int threads,
    @Option(value = "go on when a patient is in two parts", role = IDENTIFIES, byDefault = "false")
        boolean allowSharedPatients)
    implements OptionRecord {

  /** How tasks exclude each other. */
  public enum Classification implements Choice {
    MULTI_LABEL,
    MULTI_CLASS
  }

  /** How the three logits of a task join over a study's views. */
  public enum ThreeClassStudies implements Choice {
    ODDS,
    LOGITS
  }

  /** How the learning rate falls. */
  public enum Schedule implements Choice {
    NONE,
    STEP,
    MULTI_STEP,
    PLATEAU,
    COSINE;

    @Override
    public String text() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** What a choice on validation goes by. */
  public enum SelectBy implements Choice {
    AUROC,
    LOG_LOSS
  }

  /** Batch norms of an encoder that does not train. */
  public enum FrozenNorms implements Choice {
    FIXED,
    RUNNING
  }

  /** What a positive label weighs. */
  public enum ClassWeights implements Choice {
    NONE,
    BALANCED
  }

  /** How logits become probabilities. */
  public enum Calibration implements Choice {
    PLATT,
    /** Platt's, even where it turns the order of scores round. */
    PLATT_ANY,
    TEMPERATURE,
    ISOTONIC,
    NONE;

    /** True if calibrated probabilities of exclusive classes add up to 1. */
    boolean keepsSums() {
      return this == TEMPERATURE || this == NONE;
    }
  }

  /** How the probabilities of several checkpoints are joined. */
  public enum Aggregation implements Choice {
    MEAN,
    MAX;

    /**
     * Checks that joined probabilities of exclusive classes add up to 1.
     *
     * @param location of the choice, for the message
     * @throws UserErrorException if they do not
     */
    public void requireSums(String location) {
      if (this == MAX) {
        throw new UserErrorException(
            location,
            "found max for exclusive classes",
            "expected mean: probabilities of classes must add up to 1");
      }
    }
  }

  /**
   * These options with nothing left open.
   *
   * @param fraction of the labels, in (0, 1]
   */
  public FineTuningOptions resolved(Mode mode, double fraction) {
    Set<String> given = Options.toMap(this).keySet();
    FineTuningOptions all = this;
    for (Map.Entry<String, Object> each : filled(mode, fraction).entrySet()) {
      all = given.contains(each.getKey()) ? all : Options.with(all, each.getKey(), each.getValue());
    }
    return all;
  }

  /** What holds where nothing is given. */
  private Map<String, Object> filled(Mode mode, double fraction) {
    boolean linear = mode == Mode.LINEAR;
    boolean exclusive = classification == Classification.MULTI_CLASS;
    Solver chosen = solver(mode);
    Map<String, Object> filled = new LinkedHashMap<>();
    filled.put("solver", chosen);
    filled.put("calibration", exclusive ? Calibration.TEMPERATURE : Calibration.PLATT);
    filled.put("learningRate", linear && chosen == Solver.SGD ? 30.0 : 1e-4);
    filled.put("batch", linear ? 48 : 16);
    filled.put("epochs", EpochPlan.epochs(fraction));
    filled.put("evaluateEvery", EpochPlan.imagesBetweenEvaluations(fraction));
    return filled;
  }

  /** The solver: what is given, or what the mode has. */
  Solver solver(Mode mode) {
    boolean convex = mode == Mode.LINEAR && featureReuse;
    return solver != null ? solver : convex ? Solver.LBFGS : Solver.ADAM;
  }

  /**
   * Checks that the options are those of a mode, and go together.
   *
   * @throws UserErrorException naming an option or choice that the mode does not have
   */
  public void checkFor(Mode mode) {
    FineTuningChecks.require(this, mode, Map.of());
  }

  /**
   * As above, of options with nothing left open.
   *
   * @param fraction of the labels, in (0, 1]
   */
  public void checkResolved(Mode mode, double fraction) {
    FineTuningChecks.require(this, mode, filled(mode, fraction));
  }

  /**
   * Checks that the options speak of these tasks alone.
   *
   * @throws UserErrorException naming the option
   */
  public void checkTasks(List<String> tasks) {
    FineTuningChecks.requireTasks(this, tasks);
  }

  public static List<Solver> solvers(Mode mode) {
    return mode == Mode.LINEAR
        ? List.of(Solver.LBFGS, Solver.SGD, Solver.ADAM)
        : List.of(Solver.ADAM, Solver.ADAMW, Solver.SGD);
  }
}

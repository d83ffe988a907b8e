package org.mococxr.learning.finetuning;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.features.ImageOptions;

/**
 * Everything a fine-tuning run depends on. What is null is filled in with the mode's default
 * (method.md §4).
 *
 * @param encoder folder or file of the encoder; null for {@code weights}
 * @param weights of others ({@code .pth}, {@code .pth.tar}, {@code .safetensors}, {@code .npz});
 *     null for a random encoder of {@code architecture}
 * @param features folder of the stored features of all three parts (linear mode); null to look in
 *     {@code cache}, and to compute them there
 * @param root folder that the manifests' paths are relative to
 * @param train manifest of the labelled draw
 * @param valid manifest for choosing
 * @param test manifest for the result
 * @param cache folder of the pixel cache and of stored features; the run's folder by default
 * @param architecture of a random encoder
 * @param initialisation name for the record: {@code moco}, {@code random}, {@code imagenet}
 * @param mode {@code linear} or {@code end-to-end}
 * @param fraction of the labels, for the number of epochs and the record
 * @param draw number of the draw, for the record
 * @param tasks findings to learn
 * @param labelPolicy a name, or a map from task to name: see {@code LabelPolicy}
 * @param image size, geometry, normalisation
 * @param solver linear: {@code lbfgs}, {@code sgd} or {@code adam}; end-to-end: {@code adam},
 *     {@code adamw} or {@code sgd}
 * @param penalties L2 strengths that {@code lbfgs} chooses among on validation
 * @param learningRate initial
 * @param momentum of SGD
 * @param weightDecay L2 in the gradient
 * @param batch images a step
 * @param epochs passes over the draw; by default {@code int(5 · 4^(log8(1/fraction)))}
 * @param schedule {@code none}, {@code step}, {@code multi_step}, {@code plateau} or {@code cosine}
 * @param milestones epochs of {@code multi_step}; the first is the length of {@code step}
 * @param gamma factor of a decay
 * @param patience evaluations without gain before {@code plateau} decays
 * @param augmentation options of the augmentation {@code finetune}; empty for a random crop alone
 * @param evaluateEvery images between evaluations; by default min(2^17 · fraction, 8192)
 * @param keep checkpoints kept, the best by validation AUROC
 * @param earlyStopping evaluations without gain before the end; 0 for never
 * @param classWeights {@code none} or {@code balanced}: positives weigh negatives / positives
 * @param calibration {@code platt}, {@code temperature} or {@code none}
 * @param ensemble checkpoints per task whose probabilities are joined at test; 1 for the best alone
 * @param aggregation {@code mean} or {@code max} over the ensemble
 * @param dropout before the head
 * @param precision of training through the network: {@code float32} or {@code bf16}; evaluation is
 *     always float32
 * @param featureReuse linear mode: false to run every image through the frozen network each epoch,
 *     with augmentation, instead of computing its features once
 * @param threads of the engine; 0 for its own choice
 * @param allowSharedPatients true to go on when a patient is in two parts
 * @param seed of everything random
 */
public record FineTuneOptions(
    Path encoder,
    Path weights,
    Path features,
    Path root,
    Path train,
    Path valid,
    Path test,
    Path cache,
    String architecture,
    String initialisation,
    String mode,
    Double fraction,
    Integer draw,
    List<String> tasks,
    Object labelPolicy,
    ImageOptions image,
    String solver,
    List<Double> penalties,
    Double learningRate,
    Double momentum,
    Double weightDecay,
    Integer batch,
    Integer epochs,
    String schedule,
    List<Integer> milestones,
    Double gamma,
    Integer patience,
    Map<String, Object> augmentation,
    Integer evaluateEvery,
    Integer keep,
    Integer earlyStopping,
    String classWeights,
    String calibration,
    Integer ensemble,
    String aggregation,
    Double dropout,
    String precision,
    Boolean featureReuse,
    Integer threads,
    Boolean allowSharedPatients,
    Long seed) {

  public static final String LINEAR = "linear";
  public static final String END_TO_END = "end-to-end";

  /** Fields that say where things are and not what is done. */
  static final Set<String> PLACES =
      Set.of("encoder", "weights", "features", "root", "train", "valid", "test", "cache");

  private static final List<Double> PENALTIES = List.of(10., 1., 0.1, 1e-2, 1e-3, 1e-4);

  /** Fills in defaults and checks what can be checked without data. */
  public FineTuneOptions {
    mode = oneOf("mode", mode, LINEAR, LINEAR, END_TO_END);
    boolean linear = mode.equals(LINEAR);
    if (train == null || valid == null || test == null || root == null) {
      throw new UserErrorException(
          "fine-tuning", "a manifest or the root is missing", "root, train, valid and test");
    }
    if (tasks == null || tasks.isEmpty()) {
      throw new UserErrorException("tasks", "there are none", "name at least one finding");
    }
    if (encoder == null && weights == null && architecture == null) {
      throw new UserErrorException(
          "encoder", "there is none", "an encoder, or an architecture to initialise by chance");
    }
    initialisation =
        initialisation != null
            ? initialisation
            : encoder != null ? "encoder" : weights != null ? "weights" : "random";
    fraction = or(fraction, 1.0);
    if (!(fraction > 0 && fraction <= 1)) {
      throw new UserErrorException("fraction", "it is " + fraction, "above 0 and at most 1");
    }
    draw = or(draw, 0);
    tasks = List.copyOf(tasks);
    image = or(image, ImageOptions.DEFAULT);
    solver =
        linear
            ? oneOf(
                "solver",
                solver,
                Boolean.FALSE.equals(featureReuse) ? "adam" : "lbfgs",
                "lbfgs",
                "sgd",
                "adam")
            : oneOf("solver", solver, "adam", "adam", "adamw", "sgd");
    penalties = or(penalties, PENALTIES);
    learningRate = or(learningRate, linear && solver.equals("sgd") ? 30.0 : 1e-4);
    momentum = or(momentum, 0.9);
    weightDecay = or(weightDecay, 0.0);
    batch = or(batch, linear ? 48 : 16);
    epochs = or(epochs, EpochPlan.epochs(fraction));
    schedule =
        oneOf("schedule", schedule, "none", "none", "step", "multi_step", "plateau", "cosine");
    milestones = or(milestones, List.of(50, 125, 250));
    gamma = or(gamma, 0.1);
    patience = or(patience, 2);
    augmentation = or(augmentation, Map.of());
    evaluateEvery = or(evaluateEvery, EpochPlan.imagesBetweenEvaluations(fraction));
    keep = or(keep, 10);
    earlyStopping = or(earlyStopping, 0);
    classWeights = oneOf("classWeights", classWeights, "none", "none", "balanced");
    calibration = oneOf("calibration", calibration, "platt", "platt", "temperature", "none");
    ensemble = or(ensemble, 1);
    aggregation = oneOf("aggregation", aggregation, "mean", "mean", "max");
    dropout = or(dropout, 0.0);
    precision = oneOf("precision", precision, "float32", "float32", "bf16");
    featureReuse = or(featureReuse, true);
    threads = or(threads, 0);
    allowSharedPatients = or(allowSharedPatients, false);
    seed = or(seed, 0L);
    positive("batch", batch);
    positive("epochs", epochs);
    positive("keep", keep);
    positive("ensemble", ensemble);
    positive("evaluateEvery", evaluateEvery);
  }

  /** True for the linear mode. */
  public boolean linear() {
    return mode.equals(LINEAR);
  }

  private static <T> T or(T value, T otherwise) {
    return value == null ? otherwise : value;
  }

  private static String oneOf(String name, String value, String otherwise, String... allowed) {
    if (value == null) {
      return otherwise;
    }
    if (!List.of(allowed).contains(value)) {
      throw new UserErrorException(
          name, "there is no '" + value + "'", "one of " + String.join(", ", allowed));
    }
    return value;
  }

  private static void positive(String name, int value) {
    if (value < 1) {
      throw new UserErrorException(name, "it is " + value, "at least 1");
    }
  }
}

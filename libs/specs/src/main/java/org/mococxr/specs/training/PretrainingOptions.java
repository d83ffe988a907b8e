package org.mococxr.specs.training;

import static org.mococxr.specs.option.Role.IDENTIFIES;
import static org.mococxr.specs.option.Role.MACHINE;
import static org.mococxr.specs.option.Role.PLACE;

import java.util.List;
import java.util.Optional;
import org.mococxr.specs.option.Choice;
import org.mococxr.specs.option.EngineThreads;
import org.mococxr.specs.option.Group;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;

/** MoCo pretraining (method.md §3). */
public record PretrainingOptions(
    @Group("What is learnt from")
        @Option(
            value =
                "weights to start from: torchvision's or a MoCo checkpoint's .pth or .pth.tar (with"
                    + " its queue), .safetensors, .npz, or an encoder's folder",
            role = PLACE,
            otherwise = "random ones",
            flags = {"--init", "--weights"},
            label = "FILE")
        String weights,
    @Option(
            value =
                "go on with the epoch and the optimizer of the MoCo checkpoint in weights too, as"
                    + " its own program would",
            role = IDENTIFIES,
            byDefault = "false")
        boolean resume,
    @Option(
            value = "pictures of pretraining, where they differ from the experiment's",
            role = IDENTIFIES,
            otherwise = "the experiment's")
        ImageOptions image,
    @Group(ViewOptions.GROUP)
        @Option(
            value =
                "none, chexpert (flip, rotation, crop), moco_v1 or moco_v2 (resized crop,"
                    + " brightness, contrast, flip; v2 also blur)",
            role = IDENTIFIES,
            byDefault = "chexpert")
        Augmentation augmentation,
    @Option(value = "numbers of the augmentation", role = IDENTIFIES)
        ViewOptions augmentationOptions,
    @Option(
            value = "order of the images in an epoch; sequential is the manifest's",
            role = IDENTIFIES,
            byDefault = "shuffled")
        Order order,
    @Option(value = "where the second view comes from", role = IDENTIFIES, byDefault = "same-image")
        Positives positives,
    @Option(
            value =
                "which other pictures of the study or patient may give the second view: any, same"
                    + " (frontal with frontal, lateral with lateral) or distinct",
            role = IDENTIFIES,
            byDefault = "any")
        Laterality laterality,
    @Group("Training")
        @Option(
            value = "images a step, over all replicas",
            role = IDENTIFIES,
            byDefault = "16",
            min = 1,
            label = "N")
        int batch,
    @Option(
            value = "passes over the images",
            role = IDENTIFIES,
            byDefault = "20",
            min = 1,
            label = "N")
        int epochs,
    @Option(
            value = "end after so many steps",
            role = IDENTIFIES,
            otherwise = "after all epochs",
            min = 1,
            label = "N")
        Integer maxSteps,
    @Group("MoCo")
        @Option(value = "two-layer projection (MoCo v2)", role = IDENTIFIES, byDefault = "true")
        boolean mlp,
    @Option(
            value = "dimension of the embedding",
            role = IDENTIFIES,
            byDefault = "128",
            min = 1,
            flags = {"--moco-dim", "--dimension"},
            label = "D")
        int dimension,
    @Option(
            value = "keys in the queue, a multiple of the batch",
            role = IDENTIFIES,
            otherwise = "24576, or fewer where there are fewer images",
            min = 1,
            flags = {"--moco-k", "--queue-size"},
            label = "K")
        Integer queueSize,
    @Option(
            value = "momentum of the key encoder's moving average",
            role = IDENTIFIES,
            byDefault = "0.999",
            min = 0,
            max = 1,
            aliases = "momentum",
            flags = {"--moco-m", "--key-momentum"},
            label = "M")
        double keyMomentum,
    @Option(
            value = "temperature of the softmax",
            role = IDENTIFIES,
            byDefault = "0.2",
            above = 0,
            flags = {"--moco-t", "--temperature"},
            label = "T")
        double temperature,
    @Option(
            value = "permute the keys over the replicas, so that batch statistics leak nothing",
            role = IDENTIFIES,
            byDefault = "true",
            flags = {"--shuffled-bn", "--shuffled-norm"})
        boolean shuffledNorm,
    @Option(value = "use each view as query and as key", role = IDENTIFIES, byDefault = "false")
        boolean symmetric,
    @Group("Training") @Option(value = "which optimizer", role = IDENTIFIES, byDefault = "adam")
        Optimizer optimizer,
    @Option(
            value = "learning rate at its highest",
            role = IDENTIFIES,
            otherwise = "1e-4 (adam, adamw), 0.03 (sgd), 0.3 (lars)",
            above = 0,
            flags = {"--lr", "--learning-rate"},
            label = "RATE")
        Double learningRate,
    @Option(
            value = "momentum of sgd and lars",
            role = IDENTIFIES,
            byDefault = "0.9",
            min = 0,
            below = 1,
            label = "M")
        double sgdMomentum,
    @Option(value = "scale the rate by batch / 16", role = IDENTIFIES, byDefault = "false")
        boolean linearScaling,
    @Option(
            value = "L2 in the gradient",
            role = IDENTIFIES,
            byDefault = "1e-4",
            min = 0,
            label = "W")
        double weightDecay,
    @Option(
            value = "largest norm of the whole gradient",
            role = IDENTIFIES,
            otherwise = "none",
            above = 0,
            flags = {"--clip", "--gradient-clip"},
            label = "NORM")
        Double gradientClip,
    @Option(
            value = "how the rate falls: step at the milestones, cosine or not at all",
            role = IDENTIFIES,
            byDefault = "step")
        Schedule schedule,
    @Option(
            value = "epochs at which the rate falls",
            role = IDENTIFIES,
            byDefault = "[12, 18, 24]",
            min = 0,
            label = "EPOCH")
        List<Integer> milestones,
    @Option(
            value = "factor of a step",
            role = IDENTIFIES,
            byDefault = "0.1",
            above = 0,
            label = "FACTOR")
        double gamma,
    @Option(
            value =
                "length of the cosine in runs: lr * 0.5 * (1 + cos(pi * epoch / epochs / R)); 1 ends"
                    + " at zero",
            role = IDENTIFIES,
            byDefault = "4",
            above = 0,
            label = "R")
        double cosineRate,
    @Option(
            value = "epochs of linearly rising rate",
            role = IDENTIFIES,
            byDefault = "0",
            min = 0,
            flags = {"--warmup", "--warmup-epochs"},
            label = "EPOCHS")
        double warmupEpochs,
    @Option(
            value =
                "float32, tf32 (a GPU's convolutions in TF32), bf16 (float32 master weights), auto (a"
                    + " short trial decides: bf16 or else tf32 on a GPU, bf16 or else float32 on the"
                    + " CPU) or by-device (float32 on the CPU, auto on a GPU)",
            role = IDENTIFIES,
            byDefault = "by-device")
        PrecisionRule precision,
    @Option(
            value =
                "channels-last, which convolutions prefer, or channels-first, PyTorch's default, for"
                    + " the nearest comparison with it",
            role = IDENTIFIES,
            byDefault = "channels-last")
        Layout layout,
    @Group("The machine and the run's folder") @EngineThreads int threads,
    @Option(
            value = "threads that make views; 0 is a choice by cores",
            role = MACHINE,
            byDefault = "0",
            min = 0,
            label = "N")
        int loaders,
    @Group("MoCo")
        @Option(
            value =
                "copies of the encoders over all GPUs, or on the CPU; 0 is one a GPU, or one on the"
                    + " CPU",
            role = IDENTIFIES,
            byDefault = "0",
            min = 0,
            label = "N")
        int replicas,
    @Group("The machine and the run's folder")
        @Option(
            value = "steps between lines of metrics.jsonl",
            role = MACHINE,
            byDefault = "5",
            min = 1,
            label = "STEPS")
        int logEvery,
    @Option(
            value = "steps between checkpoints; 0 is the end of each epoch",
            role = MACHINE,
            byDefault = "0",
            min = 0,
            label = "STEPS")
        int checkpointEvery,
    @Option(
            value = "how many of the last checkpoints are kept",
            role = MACHINE,
            byDefault = "2",
            min = 1,
            aliases = "keepCheckpoints",
            flags = {"--keep-last", "--keep"},
            label = "N")
        int keepLast,
    @Option(
            value = "keep the checkpoint of every so many epochs for good; 0 is none",
            role = MACHINE,
            byDefault = "0",
            min = 0,
            label = "EPOCHS")
        int keepEvery,
    @Option(
            value = "also write checkpoint.pth.tar with the reference's names, for PyTorch",
            role = MACHINE,
            byDefault = "false")
        boolean exportTorch,
    @Group(ProbeOptions.GROUP)
        @Option(
            value =
                "score the encoder by kNN and a linear probe before the first and after each epoch",
            role = MACHINE,
            otherwise = "no probe")
        ProbeOptions probe)
    implements OptionRecord {

  /** How pictures become views; what each does is in {@link ViewOptions}. */
  public enum Augmentation implements Choice {
    NONE,
    CHEXPERT,
    MOCO_V1,
    MOCO_V2;

    @Override
    public String text() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** True for the views of MoCo's own recipes. */
    public boolean moco() {
      return this == MOCO_V1 || this == MOCO_V2;
    }
  }

  /** In which order an epoch takes the images. */
  public enum Order implements Choice {
    SHUFFLED,
    SEQUENTIAL
  }

  /** Where the second view comes from. */
  public enum Positives implements Choice {
    SAME_IMAGE,
    SAME_STUDY,
    SAME_PATIENT
  }

  /** Which other pictures may give the second view. */
  public enum Laterality implements Choice {
    ANY,
    SAME,
    DISTINCT
  }

  /** Which optimizer. */
  public enum Optimizer implements Choice {
    ADAM(1e-4),
    ADAMW(1e-4),
    SGD(0.03),
    LARS(0.3);

    private final double usualRate;

    Optimizer(double usualRate) {
      this.usualRate = usualRate;
    }
  }

  /** How the learning rate falls. */
  public enum Schedule implements Choice {
    STEP,
    COSINE,
    CONSTANT
  }

  /** One precision, or the faster of two by a trial. */
  public enum PrecisionRule implements Choice {
    FLOAT32(Precision.FLOAT32),
    TF32(Precision.TF32),
    BF16(Precision.BFLOAT16),
    /** The faster one, whatever computes. */
    AUTO(null),
    /** float32 on the CPU, which repeats bit by bit; the faster one on a GPU. */
    BY_DEVICE(null);

    private final Precision fixed;

    PrecisionRule(Precision fixed) {
      this.fixed = fixed;
    }

    @Override
    public String text() {
      return fixed == null ? Choice.super.text() : fixed.text();
    }

    @Override
    public List<String> aliases() {
      return fixed == null ? List.of() : fixed.aliases();
    }

    /**
     * The precision without a trial; empty for a trial.
     *
     * @param gpu whether a GPU computes
     */
    public Optional<Precision> fixed(boolean gpu) {
      return this == BY_DEVICE && !gpu
          ? Optional.of(Precision.FLOAT32)
          : Optional.ofNullable(fixed);
    }
  }

  /** Fills in the optimizer's rate. */
  public PretrainingOptions {
    learningRate = learningRate == null ? optimizer.usualRate : learningRate;
  }

  @Override
  public void check() {
    PretrainingChecks.require(this);
  }
}

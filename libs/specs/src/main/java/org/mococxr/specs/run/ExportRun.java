package org.mococxr.specs.run;

import static org.mococxr.specs.option.Role.IDENTIFIES;

import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.training.FineTuningOptions;

/** What a run is told that writes a model's ONNX bundle. */
public record ExportRun(
    @Option(value = "whose model is exported", role = IDENTIFIES, required = true) String run,
    @Option(
            value = "name under which the model is served",
            role = IDENTIFIES,
            byDefault = "model",
            flags = {"--name", "--model"})
        String model,
    @Option(
            value = "version of the model",
            role = IDENTIFIES,
            otherwise = "made of the weights' digest",
            flags = "--model-version",
            label = "TEXT")
        String version,
    @Option(
            value = "pictures that are run through both engines to check the export",
            role = IDENTIFIES,
            byDefault = "8",
            min = 1,
            label = "N")
        int checks,
    @Option(
            value = "how the probabilities of several runs are joined",
            role = IDENTIFIES,
            otherwise = "mean")
        FineTuningOptions.Aggregation aggregation,
    @Option(
            value = "in what numbers the network is computed",
            role = IDENTIFIES,
            otherwise = "float32")
        ServedPrecision precision,
    @Option(
            value =
                "loss of a task's AUROC, on validation or test, above which float16 and int8 are refused",
            role = IDENTIFIES,
            otherwise = "0.01",
            min = 0,
            max = 1)
        Double aurocLoss)
    implements OptionRecord {
  private static final double MOST_AUROC_LOSS = 0.01;

  /** How the probabilities of several runs are joined. */
  public FineTuningOptions.Aggregation joining() {
    return aggregation == null ? FineTuningOptions.Aggregation.MEAN : aggregation;
  }

  /** The loss of AUROC above which a precision is refused. */
  public double mostAurocLoss() {
    return aurocLoss == null ? MOST_AUROC_LOSS : aurocLoss;
  }
}

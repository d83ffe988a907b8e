package org.mococxr.learning.evaluation;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.evaluation.calibration.Calibration;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.features.Encoder;
import org.mococxr.learning.features.HeadForm;
import org.mococxr.learning.features.LinearHead;
import org.mococxr.learning.state.io.Safetensors;

/**
 * A fine-tuned classifier in a run's folder: the encoder's two files, {@code head.safetensors} and
 * {@code finetuned.json}. Everything that an export needs.
 *
 * @param encoder the backbone: as given (linear), or trained (end-to-end)
 * @param head of the tasks
 * @param description the JSON file
 */
public record FineTuned(Encoder encoder, LinearHead head, Description description) {
  public static final String HEAD = "head.safetensors";
  public static final String DESCRIPTION = "finetuned.json";

  /**
   * What was trained and how it is to be read.
   *
   * @param tasks in the head's order
   * @param mode {@code linear} or {@code end-to-end}
   * @param initialisation name of what it started from
   * @param architecture torchvision's name
   * @param labelPolicy by task
   * @param fraction of the labels
   * @param draw its number
   * @param seed of everything random
   * @param calibration by task, fitted on validation
   * @param thresholds on the calibrated probability that maximise Youden's index on validation
   * @param validation AUROC by task
   * @param test AUROC by task
   * @param manifests SHA-256 by part
   * @param selection what checkpoints were chosen by on validation, higher is better; null if an
   *     earlier version wrote the file
   * @param head what the head's logits stand for; null for one logit a task
   */
  public record Description(
      List<String> tasks,
      String mode,
      String initialisation,
      String architecture,
      Map<String, String> labelPolicy,
      double fraction,
      int draw,
      long seed,
      Map<String, Calibration> calibration,
      Map<String, Double> thresholds,
      Map<String, Double> validation,
      Map<String, Double> test,
      Map<String, String> manifests,
      @JsonInclude(JsonInclude.Include.NON_NULL) Double selection,
      @JsonInclude(JsonInclude.Include.NON_NULL) HeadForm head) {
    public Description {
      tasks = List.copyOf(tasks);
      calibration = new LinkedHashMap<>(calibration);
    }

    /** What the head's logits stand for. */
    public HeadForm form() {
      return head == null ? HeadForm.MULTI_LABEL : head;
    }

    /** What models are compared by: {@code selection}, else the mean validation AUROC. */
    public double score() {
      return selection != null
          ? selection
          : validation.values().stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }
  }

  /** Writes all files but the encoder's; {@code finetuned.json} last. */
  public static void write(Path folder, String headName, LinearHead head, Description description) {
    Safetensors.write(
        folder.resolve(HEAD),
        head.toStateDict(headName),
        Map.of("tasks", String.join(",", head.tasks())));
    Json.write(folder.resolve(DESCRIPTION), description);
  }

  public static FineTuned read(Path folder) {
    Description description = Json.read(folder.resolve(DESCRIPTION), Description.class);
    Encoder encoder = Encoder.read(folder);
    LinearHead head =
        LinearHead.of(
            description.tasks(),
            description.form(),
            Safetensors.read(folder.resolve(HEAD)).tensors(),
            encoder.network().headName());
    return new FineTuned(encoder, head, description);
  }

  /** The model itself, as a checkpoint. */
  public Checkpoint best() {
    return new Checkpoint(encoder, head);
  }

  /**
   * Another checkpoint that the run kept.
   *
   * @throws UserErrorException if the file is missing, torn, or of another architecture
   */
  public Checkpoint kept(Path file) {
    return Checkpoint.read(file, encoder.description(), description.tasks(), description.form());
  }

  /** The calibrations in the order of the tasks. */
  public List<Calibration> calibrations() {
    return description.tasks().stream().map(description.calibration()::get).toList();
  }
}

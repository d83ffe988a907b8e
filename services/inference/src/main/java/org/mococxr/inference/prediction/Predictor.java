package org.mococxr.inference.prediction;

import static org.mococxr.inference.model.ServedModel.HEATMAPS;
import static org.mococxr.inference.model.ServedModel.PROBABILITIES;

import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mococxr.artifacts.Digests;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.heatmap.HeatMap;
import org.mococxr.imaging.heatmap.Overlay;
import org.mococxr.inference.bundle.InputGeometry;
import org.mococxr.inference.bundle.ModelDescription;
import org.mococxr.inference.config.InferenceConfig;
import org.mococxr.inference.model.Call;
import org.mococxr.inference.model.Deadline;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.model.ServedModel;
import org.mococxr.inference.model.Tensor;

/** Answers a person's question about one X-ray. */
@Singleton
public final class Predictor {
  private final ModelRepository models;
  private final Decoding decoding;
  private final InferenceConfig.Limits limits;

  /** Answers with the models of {@code models}, within {@code config}'s limits. */
  public Predictor(ModelRepository models, Decoding decoding, InferenceConfig config) {
    this.models = models;
    this.decoding = decoding;
    this.limits = config.limits();
  }

  /**
   * @param model the model's name
   * @param file a PNG, JPEG or DICOM file's bytes
   * @param fileName for messages
   * @param heatMaps whether to paint each task's evidence
   */
  public Prediction predict(String model, byte[] file, String fileName, boolean heatMaps) {
    try (ModelRepository.Lease lease = models.lease(model, Optional.empty())) {
      ServedModel served = lease.model();
      requireHeatMaps(served, heatMaps);
      Deadline deadline = Deadline.in(limits.longestWait());
      Decoding.View image =
          decoding.view(file, fileName, served.description().geometry(), deadline);
      GreyImage view = image.pixels();
      Map<String, Tensor> outputs = infer(served, view, wanted(heatMaps), deadline);
      return new Prediction(
          served.description().name(),
          served.description().version(),
          new Prediction.Provenance(served.digest(), served.description().networkDigest()),
          new Prediction.Image(image.width(), image.height(), Digests.sha256(file)),
          findings(served.description(), outputs, view));
    }
  }

  /** The network's view of the X-ray with one task's evidence painted over it, a PNG. */
  public byte[] heatMap(String model, Optional<String> task, byte[] file, String fileName) {
    try (ModelRepository.Lease lease = models.lease(model, Optional.empty())) {
      ServedModel served = lease.model();
      requireHeatMaps(served, true);
      List<String> tasks = served.description().tasks();
      int column = tasks.indexOf(task.orElse(tasks.getFirst()));
      if (column < 0) {
        throw new UserErrorException(
            "parameter task", "is " + task.get(), "model " + model + " finds " + tasks);
      }
      Deadline deadline = Deadline.in(limits.longestWait());
      InputGeometry geometry = served.description().geometry();
      GreyImage view = decoding.view(file, fileName, geometry, deadline).pixels();
      Tensor maps = infer(served, view, Set.of(HEATMAPS), deadline).get(HEATMAPS);
      return painted(maps, column, view);
    }
  }

  private static Map<String, Tensor> infer(
      ServedModel model, GreyImage view, Set<String> wanted, Deadline deadline) {
    ByteBuffer pixels = ByteBuffer.wrap(view.pixels());
    return model.infer(new Call(pixels, 1, wanted, deadline, 0)).outputs();
  }

  private static Set<String> wanted(boolean heatMaps) {
    Set<String> wanted = new LinkedHashSet<>(Set.of(PROBABILITIES));
    if (heatMaps) {
      wanted.add(HEATMAPS);
    }
    return wanted;
  }

  private static void requireHeatMaps(ServedModel model, boolean asked) {
    if (asked && !model.has(HEATMAPS)) {
      throw new UserErrorException(
          "model " + model.description().name(),
          "was exported without heat maps",
          "ask without them");
    }
  }

  private static List<Finding> findings(
      ModelDescription model, Map<String, Tensor> outputs, GreyImage view) {
    float[] probabilities = outputs.get(PROBABILITIES).values();
    Tensor maps = outputs.get(HEATMAPS);
    List<Finding> findings = new ArrayList<>();
    for (int task = 0; task < model.tasks().size(); task++) {
      String name = model.tasks().get(task);
      double probability = probabilities[task];
      double threshold = model.threshold(name);
      String picture = maps == null ? null : dataUri(painted(maps, task, view));
      findings.add(new Finding(name, probability, threshold, probability >= threshold, picture));
    }
    return findings;
  }

  /** Evidence {@code [1, tasks, h, w]} for a task over the view. */
  private static byte[] painted(Tensor maps, int task, GreyImage view) {
    int height = Math.toIntExact(maps.shape()[2]);
    int width = Math.toIntExact(maps.shape()[3]);
    return Overlay.png(view, HeatMap.of(maps.values(), task, height, width));
  }

  private static String dataUri(byte[] png) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
  }
}

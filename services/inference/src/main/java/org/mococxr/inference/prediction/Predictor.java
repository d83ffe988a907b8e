package org.mococxr.inference.prediction;

import static org.mococxr.inference.model.ServedModel.HEATMAPS;
import static org.mococxr.inference.model.ServedModel.PROBABILITIES;

import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mococxr.artifacts.Digests;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.files.ImageDecoder;
import org.mococxr.imaging.heatmap.HeatMap;
import org.mococxr.imaging.heatmap.Overlay;
import org.mococxr.inference.bundle.ModelDescription;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.model.ServedModel;
import org.mococxr.inference.model.Tensor;

/** Answers a person's question about one X-ray. */
@Singleton
public final class Predictor {
  private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());
  private final ModelRepository models;

  /** Answers with the models of {@code models}. */
  public Predictor(ModelRepository models) {
    this.models = models;
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
      GreyImage image = decode(file, fileName);
      GreyImage view = served.description().geometry().view(image);
      Map<String, Tensor> outputs = served.infer(view.pixels(), 1, wanted(heatMaps));
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
      GreyImage view = served.description().geometry().view(decode(file, fileName));
      Tensor maps = served.infer(view.pixels(), 1, Set.of(HEATMAPS)).get(HEATMAPS);
      return painted(maps, column, view);
    }
  }

  private GreyImage decode(byte[] file, String fileName) {
    if (file.length == 0) {
      throw new UserErrorException(fileName, "is empty", "send a PNG, JPEG or DICOM file");
    }
    return decoder.decode(file, fileName);
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

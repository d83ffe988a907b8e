package org.mococxr.learning.export;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.Progress;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.outliers.OutlierStatistics;
import org.mococxr.learning.evaluation.FineTuned;
import org.mococxr.learning.features.Encoder;
import org.mococxr.learning.features.HeadForm;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.Tensor;
import org.mococxr.learning.state.io.MocoCheckpoint;
import org.mococxr.learning.state.io.TorchWriter;

/** Exports a fine-tuned classifier as an ONNX bundle and checks it in ONNX Runtime. */
public final class ModelExport {
  /** Largest difference of probabilities between the engines that an export passes with. */
  public static final double TOLERANCE = 1e-4;

  /** Folder of the bundle within the run's folder. */
  public static final String FOLDER = "model";

  /** The classifier as a state dict of PyTorch. */
  public static final String TORCH = "classifier.pth";

  private ModelExport() {}

  /**
   * Exports.
   *
   * @param folder gets {@code model/model.onnx}, {@code model/model.json} and, of a model that
   *     stands alone, {@code classifier.pth}
   * @return the bundle
   * @throws IllegalStateException if ONNX Runtime and PyTorch disagree
   */
  public static Bundle run(ExportOptions options, Path folder, Progress progress) {
    ExportedRuns runs = ExportedRuns.read(options.runs(), options.told().joining());
    Classifier classifier = runs.classifier();
    Views views = new Views(options.root(), classifier.view());
    byte[] plain = OnnxWriter.classifier(classifier, Optional.empty());
    Optional<Outliers> outliers =
        options
            .valid()
            .map(manifest -> views.of(manifest, Outliers.MOST_IMAGES))
            .flatMap(valid -> Outliers.fit(plain, valid, progress));
    byte[] onnx =
        outliers.isEmpty()
            ? plain
            : OnnxWriter.classifier(classifier, outliers.map(Outliers::features));
    progress.update("checking the export", 0, options.told().checks());
    List<GreyImage> pictures = views.first(options.test(), options.told().checks());
    double difference = difference(onnx, pictures, classifier.probabilities(pictures));
    List<GreyImage> drawn = List.of(SelfTest.picture(classifier.view().imageSize()));
    double[][] expected = classifier.probabilities(drawn);
    for (double found : List.of(difference, difference(onnx, drawn, expected))) {
      if (!(found <= TOLERANCE)) {
        throw new IllegalStateException(
            "the exported model differs from the trained one by " + found);
      }
    }
    progress.update(
        "checking the export", pictures.size(), pictures.size(), Map.of("difference", difference));
    Map<String, Object> provenance = new LinkedHashMap<>(runs.provenance());
    provenance.put("differenceToPyTorch", difference);
    BundleDescription description =
        describe(
            options,
            runs,
            Digests.sha256(onnx),
            Performance.of(options, runs, onnx, progress),
            outliers
                .map(o -> o.statistics(onnx, views.of(options.test(), Outliers.MOST_TESTED)))
                .orElse(null),
            SelfTest.of(drawn.getFirst(), expected[0]),
            provenance);
    Bundle bundle = Bundle.of(onnx, description);
    bundle.write(folder.resolve(FOLDER));
    if (classifier.isAlone()) {
      TorchWriter.write(folder.resolve(TORCH), torchState(runs.first()));
    }
    return bundle;
  }

  /**
   * The classifier as torchvision's model with so many classes loads it, batch counters included.
   * Its outputs are logits, one a task in the order of {@code model.json}, before calibration.
   */
  static StateDict torchState(FineTuned model) {
    Network network = model.encoder().network();
    // torchvision's MNASNet has a dropout before its last layer.
    String head =
        network.architecture().startsWith("mnasnet")
            ? network.headName() + ".1"
            : network.headName();
    Map<String, Tensor> tensors =
        new LinkedHashMap<>(MocoCheckpoint.withBatchCounters(model.encoder().parameters()).asMap());
    tensors.putAll(model.head().perTask().toStateDict(head).asMap());
    return StateDict.of(tensors);
  }

  /**
   * Largest difference of the probabilities that ONNX Runtime gives.
   *
   * @param expected {@code [pictures][tasks]}
   */
  private static double difference(byte[] onnx, List<GreyImage> pictures, double[][] expected) {
    double largest = 0;
    try (OnnxModel session = new OnnxModel(onnx)) {
      float[] actual = session.run(pictures).get(OnnxWriter.PROBABILITIES);
      int tasks = expected[0].length;
      for (int i = 0; i < actual.length; i++) {
        double difference = Math.abs(expected[i / tasks][i % tasks] - actual[i]);
        largest = Math.max(largest, difference);
      }
    }
    return largest;
  }

  private static BundleDescription describe(
      ExportOptions options,
      ExportedRuns runs,
      String digest,
      Performance performance,
      OutlierStatistics outliers,
      SelfTest selfTest,
      Map<String, Object> provenance) {
    Encoder.Description d = runs.classifier().view();
    boolean oneRun = runs.runs().size() == 1;
    boolean exclusive = runs.classifier().form() == HeadForm.MULTI_CLASS;
    return new BundleDescription(
        BundleDescription.FORMAT,
        options.told().model(),
        options.told().version() == null ? digest.substring(0, 12) : options.told().version(),
        runs.classifier().tasks(),
        exclusive ? HeadForm.MULTI_CLASS.text() : null,
        runs.classifier().architecture(),
        new BundleDescription.Input(
            d.geometry().mode(),
            d.geometry().size(),
            d.imageSize(),
            d.imageSize(),
            runs.normalisation()),
        runs.labelPolicy(),
        oneRun ? runs.first().description().calibration() : Map.of(),
        performance.thresholds(),
        performance.metrics(),
        performance.reference(),
        outliers,
        Map.of(),
        selfTest,
        provenance);
  }
}

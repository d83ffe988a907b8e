package org.mococxr.learning.export;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mococxr.evaluation.intervals.Interval;
import org.mococxr.evaluation.intervals.ScoreInterval;
import org.mococxr.evaluation.metrics.Metrics;
import org.mococxr.evaluation.results.GroundTruth;
import org.mococxr.evaluation.results.Predictions;
import org.mococxr.evaluation.results.TaskOutcome;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.Progress;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.outliers.OutlierStatistics;
import org.mococxr.imaging.outliers.Subspace;
import org.mococxr.learning.engine.FeatureExtractor;
import org.mococxr.learning.engine.Torch;
import org.mococxr.learning.evaluation.FineTuned;
import org.mococxr.learning.evaluation.StudyLevel;
import org.mococxr.learning.evaluation.TaskCalibration;
import org.mococxr.learning.features.Encoder;
import org.mococxr.learning.features.HeadForm;
import org.mococxr.learning.features.LinearHead;
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

  private static final double LEVEL = 0.95;

  private ModelExport() {}

  /**
   * Exports.
   *
   * @param folder gets {@code model/model.onnx}, {@code model/model.json} and {@code
   *     classifier.pth}
   * @return the bundle
   * @throws IllegalStateException if ONNX Runtime and PyTorch disagree
   */
  public static Bundle run(ExportOptions options, Path folder, Progress progress) {
    FineTuned model = FineTuned.read(options.run());
    Encoder encoder = model.encoder();
    Encoder.Description d = encoder.description();
    Views views = new Views(options.root(), d);
    byte[] plain = onnx(model, Optional.empty());
    Optional<Outliers> outliers =
        options
            .valid()
            .map(manifest -> views.of(manifest, Outliers.MOST_IMAGES))
            .flatMap(valid -> Outliers.fit(plain, valid, progress));
    byte[] onnx = outliers.isEmpty() ? plain : onnx(model, outliers.map(Outliers::features));
    progress.update("checking the export", 0, options.told().checks());
    List<GreyImage> pictures = views.first(options.test(), options.told().checks());
    double difference = difference(onnx, pictures, expected(model, pictures));
    List<GreyImage> drawn = List.of(SelfTest.picture(d.imageSize()));
    double[] expected = expected(model, drawn);
    for (double found : List.of(difference, difference(onnx, drawn, expected))) {
      if (!(found <= TOLERANCE)) {
        throw new IllegalStateException(
            "the exported model differs from the trained one by " + found);
      }
    }
    progress.update(
        "checking the export", pictures.size(), pictures.size(), Map.of("difference", difference));
    SelfTest selfTest = SelfTest.of(drawn.getFirst(), expected);
    OutlierStatistics statistics =
        outliers
            .map(o -> o.statistics(onnx, views.of(options.test(), Outliers.MOST_TESTED)))
            .orElse(null);
    Bundle bundle =
        Bundle.of(
            onnx, describe(options, model, Digests.sha256(onnx), difference, statistics, selfTest));
    bundle.write(folder.resolve(FOLDER));
    TorchWriter.write(folder.resolve(TORCH), torchState(model));
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

  private static byte[] onnx(FineTuned model, Optional<Subspace> validation) {
    Encoder.Description d = model.encoder().description();
    return OnnxWriter.classifier(
        model.encoder().network(),
        model.encoder().parameters(),
        model.head(),
        model.calibrations(),
        d.normalisation(),
        d.imageSize(),
        d.imageSize(),
        validation);
  }

  /** Probabilities {@code [pictures, tasks]} by PyTorch and plain Java. */
  private static double[] expected(FineTuned model, List<GreyImage> pictures) {
    Encoder encoder = model.encoder();
    LinearHead head = model.head();
    float[] features;
    try (FeatureExtractor extractor =
        new FeatureExtractor(
            encoder.network(),
            encoder.parameters(),
            encoder.description().normalisation(),
            Torch.devices().getFirst(),
            8)) {
      features = extractor.features(pictures.size(), pictures::get, Progress.SILENT);
    }
    StudyLevel each = StudyLevel.ofPictures(head.tasks(), pictures.size());
    double[][] logits = each.logits(head.form(), head.logits(features));
    double[][] calibrated =
        TaskCalibration.apply(
            model.description().calibration(),
            head.form(),
            each,
            TaskCalibration.probabilities(logits));
    return Arrays.stream(calibrated).flatMapToDouble(Arrays::stream).toArray();
  }

  /** Largest difference of the probabilities that ONNX Runtime gives. */
  private static double difference(byte[] onnx, List<GreyImage> pictures, double[] expected) {
    double largest = 0;
    try (OnnxModel session = new OnnxModel(onnx)) {
      float[] actual = session.run(pictures).get(OnnxWriter.PROBABILITIES);
      for (int i = 0; i < expected.length; i++) {
        largest = Math.max(largest, Math.abs(expected[i] - actual[i]));
      }
    }
    return largest;
  }

  private static BundleDescription describe(
      ExportOptions options,
      FineTuned model,
      String digest,
      double difference,
      OutlierStatistics outliers,
      SelfTest selfTest) {
    Encoder.Description d = model.encoder().description();
    FineTuned.Description f = model.description();
    Map<String, Object> provenance = new LinkedHashMap<>();
    provenance.put("seed", f.seed());
    provenance.put("mode", f.mode());
    provenance.put("initialisation", f.initialisation());
    provenance.put("fraction", f.fraction());
    provenance.put("draw", f.draw());
    provenance.put("encoder", d.digest());
    provenance.put("encoderOrigin", d.origin());
    provenance.put("manifests", f.manifests());
    provenance.put("differenceToPyTorch", difference);
    return new BundleDescription(
        BundleDescription.FORMAT,
        options.told().model(),
        options.told().version() == null ? digest.substring(0, 12) : options.told().version(),
        f.tasks(),
        f.form() == HeadForm.MULTI_CLASS ? f.form().text() : null,
        d.architecture(),
        new BundleDescription.Input(
            d.geometry().mode(),
            d.geometry().size(),
            d.imageSize(),
            d.imageSize(),
            d.normalisation()),
        String.join(", ", f.labelPolicy().values().stream().distinct().toList()),
        f.calibration(),
        f.thresholds(),
        metrics(options.run(), f.tasks()),
        reference(options.run(), f.tasks()),
        outliers,
        Map.of(),
        selfTest,
        provenance);
  }

  /** The test's AUROC with its interval, where the test has both classes. */
  private static Map<String, Map<String, BundleDescription.Figure>> metrics(
      Path run, List<String> tasks) {
    Predictions predictions = Predictions.read(run.resolve(Predictions.FILE_NAME));
    GroundTruth truth = GroundTruth.read(run.resolve(GroundTruth.FILE_NAME));
    Map<String, Map<String, BundleDescription.Figure>> metrics = new LinkedHashMap<>();
    for (String task : tasks) {
      TaskOutcome outcome = TaskOutcome.of(predictions, truth, task);
      double auroc = Metrics.auroc(outcome.scores(), outcome.positive());
      if (!Double.isNaN(auroc)) {
        Interval interval = ScoreInterval.of(outcome.scores(), outcome.positive(), LEVEL);
        metrics.put(
            task,
            Map.of(
                "auroc", new BundleDescription.Figure(auroc, interval.lower(), interval.upper())));
      }
    }
    return metrics;
  }

  /** How the test's probabilities lie. */
  private static Map<String, Reference> reference(Path run, List<String> tasks) {
    Predictions predictions = Predictions.read(run.resolve(Predictions.FILE_NAME));
    Map<String, Reference> reference = new LinkedHashMap<>();
    for (String task : tasks) {
      int column = predictions.tasks().indexOf(task);
      double[] probabilities =
          predictions.studies().stream()
              .mapToDouble(study -> study.values()[column])
              .filter(probability -> !Double.isNaN(probability))
              .toArray();
      if (probabilities.length >= Reference.LEAST_STUDIES) {
        reference.put(task, Reference.of(probabilities));
      }
    }
    return reference;
  }
}

package org.mococxr.learning.export;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.outliers.OutlierStatistics;
import org.mococxr.imaging.outliers.Subspace;
import org.mococxr.learning.evaluation.FineTuned;
import org.mococxr.learning.features.Encoder;
import org.mococxr.learning.features.HeadForm;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.Tensor;
import org.mococxr.learning.state.io.MocoCheckpoint;
import org.mococxr.learning.state.io.TorchWriter;
import org.mococxr.specs.run.ServedPrecision;

/** Exports a fine-tuned classifier as an ONNX bundle and checks it in ONNX Runtime. */
public final class ModelExport {
  /** Largest difference of probabilities between the engines that an export passes with. */
  public static final double TOLERANCE = 1e-4;

  /** Folder of the bundle within the run's folder. */
  public static final String FOLDER = "model";

  /** The classifier as a state dict of PyTorch. */
  public static final String TORCH = "classifier.pth";

  private final ExportOptions options;
  private final ExportedRuns runs;
  private final Classifier classifier;
  private final Views views;
  private final Progress progress;

  private ModelExport(ExportOptions options, Progress progress) {
    this.options = options;
    this.runs = ExportedRuns.read(options.runs(), options.told().joining());
    this.classifier = runs.classifier();
    this.views = new Views(options.root(), classifier.view());
    this.progress = progress;
  }

  /**
   * Exports.
   *
   * @param folder gets {@code model/model.onnx}, {@code model/model.json} and, of a model that
   *     stands alone, {@code classifier.pth}; of one that is tested by itself its {@code
   *     predictions.csv} and {@code groundtruth.csv}
   * @return the bundle
   * @throws IllegalStateException if ONNX Runtime and PyTorch disagree
   * @throws UserErrorException if the runs cannot be joined, or a precision loses more than is
   *     allowed
   */
  public static Bundle run(ExportOptions options, Path folder, Progress progress) {
    return new ModelExport(options, progress).write(folder);
  }

  private Bundle write(Path folder) {
    Numbers numbers = numbers();
    boolean rounds = !numbers.equals(Numbers.FLOAT32);
    byte[] exact = network(Numbers.FLOAT32, Optional.empty());
    byte[] plain = rounds ? network(numbers.onProcessors(), Optional.empty()) : exact;
    Optional<Outliers> outliers =
        options
            .valid()
            .map(manifest -> views.of(manifest, Outliers.MOST_IMAGES))
            .flatMap(valid -> Outliers.fit(plain, valid, progress));
    Optional<Subspace> features = outliers.map(Outliers::features);
    byte[] tested = features.isEmpty() ? plain : network(numbers.onProcessors(), features);
    // What is served finds the same as the tested one does on this machine's processors.
    byte[] onnx = numbers.equals(numbers.onProcessors()) ? tested : network(numbers, features);
    List<GreyImage> drawn = List.of(SelfTest.picture(classifier.view().imageSize()));
    double[][] ofDrawn = classifier.probabilities(drawn);
    Map<String, Object> provenance = new LinkedHashMap<>(runs.provenance());
    provenance.put("differenceToPyTorch", check(rounds ? exact : onnx, drawn, ofDrawn));
    Performance performance;
    Rounding rounding = null;
    SelfTest selfTest;
    if (classifier.isAlone() && !rounds) {
      performance = Performance.ofRun(options.runs().getFirst(), runs.first().description());
    } else {
      ServedStudies validation = studies(tested, valid());
      ServedStudies test = studies(tested, options.test());
      performance = Performance.ofNetwork(validation, test);
      test.write(folder);
      rounding = rounds ? rounding(exact, validation, test) : null;
    }
    if (rounds) {
      double[][] found = probabilities(tested, drawn);
      requireLikeness(onnx, drawn, found);
      selfTest = SelfTest.of(drawn.getFirst(), found[0], SelfTest.TOLERANCE_OF_ROUNDED);
    } else {
      selfTest = SelfTest.of(drawn.getFirst(), ofDrawn[0], SelfTest.TOLERANCE);
    }
    OutlierStatistics statistics =
        outliers
            .map(o -> o.statistics(tested, views.of(options.test(), Outliers.MOST_TESTED)))
            .orElse(null);
    Bundle bundle =
        Bundle.of(
            onnx,
            describe(
                Digests.sha256(onnx), performance, statistics, selfTest, rounding, provenance));
    bundle.write(folder.resolve(FOLDER));
    if (classifier.isAlone()) {
      TorchWriter.write(folder.resolve(TORCH), torchState(runs.first()));
    }
    return bundle;
  }

  private byte[] network(Numbers numbers, Optional<Subspace> validation) {
    return OnnxWriter.classifier(classifier, numbers, validation);
  }

  /**
   * The validation set of an export that needs it.
   *
   * @throws UserErrorException if it was not given
   */
  private Path valid() {
    return options
        .valid()
        .orElseThrow(
            () ->
                new UserErrorException(
                    "input valid",
                    "is missing, and an ensemble, float16 and int8 need it",
                    "give the manifest of the validation set"));
  }

  private ServedPrecision precision() {
    return Objects.requireNonNullElse(options.told().precision(), ServedPrecision.FLOAT32);
  }

  private Numbers numbers() {
    return switch (precision()) {
      case FLOAT32 -> Numbers.FLOAT32;
      case FLOAT16 -> Numbers.FLOAT16;
      case INT8 -> {
        List<GreyImage> pictures = views.of(valid(), EightBitRanges.MOST_IMAGES);
        yield Numbers.int8(classifier, pictures, progress);
      }
    };
  }

  private ServedStudies studies(byte[] onnx, Path manifest) {
    return ServedStudies.of(onnx, classifier, manifest, options.root(), options.cache(), progress);
  }

  private Rounding rounding(byte[] exact, ServedStudies validation, ServedStudies test) {
    return Rounding.measure(
        precision().text(),
        List.of(
            new Rounding.Compared("validation", studies(exact, valid()), validation),
            new Rounding.Compared("test", studies(exact, options.test()), test)),
        options.told().mostAurocLoss());
  }

  private static double[][] probabilities(byte[] onnx, List<GreyImage> pictures) {
    try (OnnxModel session = new OnnxModel(onnx)) {
      float[] found = session.run(pictures).get(OnnxWriter.PROBABILITIES);
      double[][] probabilities = new double[pictures.size()][found.length / pictures.size()];
      for (int i = 0; i < found.length; i++) {
        probabilities[i / probabilities[0].length][i % probabilities[0].length] = found[i];
      }
      return probabilities;
    }
  }

  /** Processors without float16 must find what the self-test will ask of them. */
  private void requireLikeness(byte[] onnx, List<GreyImage> drawn, double[][] tested) {
    double difference = difference(onnx, drawn, tested);
    if (!(difference <= SelfTest.TOLERANCE_OF_ROUNDED)) {
      throw new UserErrorException(
          "precision",
          precision().text()
              + " gives probabilities that differ by "
              + difference
              + " between a GPU and a processor",
          "export in float32");
    }
  }

  /**
   * Holds the network against PyTorch.
   *
   * @param drawn the self-test's picture
   * @param ofDrawn its probabilities by PyTorch
   * @return the largest difference on pictures of the test
   */
  private double check(byte[] onnx, List<GreyImage> drawn, double[][] ofDrawn) {
    progress.update("checking the export", 0, options.told().checks());
    List<GreyImage> pictures = views.first(options.test(), options.told().checks());
    double difference = difference(onnx, pictures, classifier.probabilities(pictures));
    for (double found : List.of(difference, difference(onnx, drawn, ofDrawn))) {
      if (!(found <= TOLERANCE)) {
        throw new IllegalStateException(
            "the exported model differs from the trained one by " + found);
      }
    }
    progress.update(
        "checking the export", pictures.size(), pictures.size(), Map.of("difference", difference));
    return difference;
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

  /** Largest difference of the probabilities that ONNX Runtime gives from others. */
  private static double difference(byte[] onnx, List<GreyImage> pictures, double[][] expected) {
    double largest = 0;
    double[][] actual = probabilities(onnx, pictures);
    for (int i = 0; i < actual.length; i++) {
      for (int t = 0; t < actual[i].length; t++) {
        largest = Math.max(largest, Math.abs(expected[i][t] - actual[i][t]));
      }
    }
    return largest;
  }

  private BundleDescription describe(
      String digest,
      Performance performance,
      OutlierStatistics outliers,
      SelfTest selfTest,
      Rounding rounding,
      Map<String, Object> provenance) {
    Encoder.Description d = classifier.view();
    boolean oneRun = runs.runs().size() == 1;
    boolean exclusive = classifier.form() == HeadForm.MULTI_CLASS;
    return new BundleDescription(
        BundleDescription.FORMAT,
        options.told().model(),
        options.told().version() == null ? digest.substring(0, 12) : options.told().version(),
        classifier.tasks(),
        exclusive ? HeadForm.MULTI_CLASS.text() : null,
        classifier.architecture(),
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
        rounding,
        provenance);
  }
}

package org.mococxr.learning.features;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.manifest.Manifest;
import org.mococxr.foundation.AtomicFiles;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Progress;
import org.mococxr.learning.engine.Torch;
import org.mococxr.learning.state.Tensor;
import org.mococxr.learning.state.TensorType;
import org.mococxr.learning.state.io.Npy;
import org.mococxr.specs.training.ImageOptions;

/** Computes the features of every image of a data set once, for all linear probes to come. */
public final class Embedding {
  /** Folder of the store within the run's folder. */
  public static final String FEATURES = "features";

  /** int8 {@code [images, tasks]}: 1, 0, −1 uncertain, −2 missing. */
  public static final String LABELS = "labels.npy";

  /** Names of the findings, in the columns' order. */
  public static final String TASKS = "tasks.npy";

  /** Paths of the images, in the rows' order. */
  public static final String IDS = "ids.npy";

  private Embedding() {}

  /**
   * Runs.
   *
   * @param folder afterwards holds {@code encoder.safetensors}, {@code encoder.json} and {@code
   *     features/} with {@code features.npy}, {@code labels.npy}, {@code tasks.npy}, {@code
   *     ids.npy}
   */
  public static FeatureStore run(EmbedOptions options, Path folder, Progress progress) {
    Torch.prepare(options.run().threads());
    List<Dataset> parts =
        Stream.of(options.train(), options.valid(), options.test())
            .filter(Objects::nonNull)
            .map(manifest -> Manifest.read(manifest, options.root()))
            .toList();
    Path cache = options.run().cache() == null ? folder.resolve("cache") : options.run().cache();
    Path target = folder.resolve(FEATURES);
    FeatureStore store =
        options.onnx() == null
            ? ofOurs(options, folder, cache, parts, progress)
            : ofOnnx(options, folder, cache, parts, progress);
    writeLabels(
        target,
        parts,
        options.run().tasks().isEmpty() ? parts.getFirst().tasks() : options.run().tasks());
    return store;
  }

  private static FeatureStore ofOurs(
      EmbedOptions options, Path folder, Path cache, List<Dataset> parts, Progress progress) {
    Encoder encoder = encoder(options);
    FeatureStore store =
        FeatureStores.compute(folder.resolve(FEATURES), cache, encoder, parts, progress);
    encoder.write(folder);
    return store;
  }

  /** The file goes with its features, so that the probes' folders hold all that they are of. */
  private static FeatureStore ofOnnx(
      EmbedOptions options, Path folder, Path cache, List<Dataset> parts, Progress progress) {
    try (OnnxEncoder encoder =
        new OnnxEncoder(options.onnx(), options.run().features(), options.run().image())) {
      FeatureStore store =
          FeatureStores.compute(
              folder.resolve(FEATURES),
              cache,
              encoder.description(),
              () -> encoder,
              parts,
              progress);
      AtomicFiles.copy(options.onnx(), folder.resolve(Encoder.ONNX_FILE));
      Json.write(folder.resolve(Encoder.DESCRIPTION), encoder.description());
      return store;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The encoder that the options name: ours, imported, or random. */
  public static Encoder encoder(EmbedOptions options) {
    ImageOptions image = options.run().image();
    if (options.encoder() != null) {
      Encoder given = Encoder.read(options.encoder());
      return new Encoder(given.description().with(image), given.parameters());
    }
    return EncoderImport.orRandom(options.weights(), options.architecture(), options.seed(), image);
  }

  private static void writeLabels(Path target, List<Dataset> parts, List<String> tasks) {
    Map<String, ImageRecord> images = new LinkedHashMap<>();
    for (Dataset part : parts) {
      part.images().forEach(image -> images.putIfAbsent(image.path(), image));
    }
    byte[] labels = new byte[images.size() * tasks.size()];
    int i = 0;
    for (ImageRecord image : images.values()) {
      for (String task : tasks) {
        labels[i++] =
            switch (image.label(parts.getFirst().task(task))) {
              case POSITIVE -> 1;
              case NEGATIVE -> 0;
              case UNCERTAIN -> -1;
              case MISSING -> -2;
            };
      }
    }
    Npy.write(
        target.resolve(LABELS),
        new Tensor(TensorType.I8, new long[] {images.size(), tasks.size()}, labels));
    Npy.writeStrings(target.resolve(TASKS), tasks);
    Npy.writeStrings(target.resolve(IDS), new ArrayList<>(images.keySet()));
  }
}

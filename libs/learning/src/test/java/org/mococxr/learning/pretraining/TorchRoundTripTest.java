package org.mococxr.learning.pretraining;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.manifest.Manifest;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.augmentation.Augmentations;
import org.mococxr.imaging.cache.PixelCache;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.learning.engine.Compute;
import org.mococxr.learning.engine.ImageBatch;
import org.mococxr.learning.engine.Torch;
import org.mococxr.learning.moco.Moco;
import org.mococxr.learning.moco.MocoOptions;
import org.mococxr.learning.moco.MocoState;
import org.mococxr.learning.moco.StepObserver;
import org.mococxr.learning.network.Architectures;
import org.mococxr.learning.network.HeadSpec;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.network.ParameterSpec;
import org.mococxr.learning.optim.OptimizerSpec;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.Tensor;
import org.mococxr.learning.state.TensorType;
import org.mococxr.learning.state.io.MocoCheckpoint;
import org.mococxr.learning.state.io.TensorFile;
import org.mococxr.learning.state.io.TorchCheckpoint;
import org.mococxr.learning.state.io.TorchOptimizer;
import org.mococxr.learning.testing.FloatImages;
import org.mococxr.learning.testing.Pictures;
import org.mococxr.learning.testing.Wave;
import org.mococxr.specs.option.Options;

/**
 * What it takes to compare with PyTorch: start from a MoCo checkpoint of PyTorch's form with its
 * queue, take given images in their order for three steps, and hand back a checkpoint of that form.
 */
class TorchRoundTripTest {
  private static final int SIZE = 32;
  private static final int BATCH = 4;
  private static final Network NETWORK =
      Architectures.named("resnet18_w16").withHead(new HeadSpec.Projection(16, true));

  @TempDir Path folder;

  @BeforeAll
  static void useOneThread() {
    Torch.setThreads(1);
  }

  private static Tensor queue() {
    float[] values = Wave.of("queue", 16 * 8);
    for (int k = 0; k < 8; k++) {
      double squares = 0;
      for (int d = 0; d < 16; d++) {
        squares += values[d * 8 + k] * values[d * 8 + k];
      }
      for (int d = 0; d < 16; d++) {
        values[d * 8 + k] /= (float) Math.sqrt(squares);
      }
    }
    return Tensor.ofFloats(values, 16, 8);
  }

  @Test
  void threeStepsFromATorchCheckpointAreThoseStepsOnThoseImages() {
    Path manifest = Pictures.write(folder, 8, 40, 5);
    StateDict start = Wave.parameters(NETWORK);
    Path given = folder.resolve("moco.pth.tar");
    new MocoCheckpoint("resnet18_w16", 3, start, start, queue(), 4, 0, Optional.empty())
        .write(given);

    Path run = folder.resolve("run");
    Map<String, Object> fields = new HashMap<>();
    fields.put("manifest", manifest.toString());
    fields.put("root", folder.toString());
    fields.put("weights", given.toString());
    fields.put("architecture", "resnet18_w16");
    fields.put("augmentation", "none");
    fields.put("order", "sequential");
    fields.put("maxSteps", 3);
    fields.put("image", Map.of("size", SIZE, "geometry", "shorter-side"));
    fields.put("batch", BATCH);
    fields.put("dimension", 16);
    fields.put("optimizer", "sgd");
    fields.put("learningRate", 0.03);
    fields.put("schedule", "constant");
    fields.put("exportTorch", true);
    Pretraining.run(
        Options.read(fields, PretrainOptions.class, "test"), run, PretrainListener.SILENT);

    MocoState expected = threeSteps(manifest, start);
    MocoCheckpoint exported =
        MocoCheckpoint.of(TensorFile.read(run.resolve("checkpoint.pth.tar"))).orElseThrow();
    for (ParameterSpec spec : NETWORK.parameters()) {
      Tensor tensor = exported.query().get(spec.name());
      assertEquals(TensorType.F32, tensor.type());
      assertArrayEquals(spec.dimensions(), tensor.shape(), spec.name());
      assertEquals(expected.query().get(spec.name()), tensor, spec.name());
      assertEquals(expected.key().get(spec.name()), exported.key().get(spec.name()), spec.name());
    }
    assertEquals(expected.queue(), exported.queue());
    Object dict = TorchCheckpoint.read(run.resolve("checkpoint.pth.tar")).get("state_dict");
    Tensor counter = (Tensor) ((Map<?, ?>) dict).get("module.encoder_q.bn1.num_batches_tracked");
    assertEquals(Tensor.ofLongs(new long[] {3}), counter);
    // Three steps of four keys from column 4 on, in a ring of eight.
    assertEquals(0, exported.pointer());
  }

  private static Map<String, Object> fields(Path folder, Path manifest, Object... more) {
    Map<String, Object> fields = new HashMap<>();
    fields.put("manifest", manifest.toString());
    fields.put("root", folder.toString());
    fields.put("architecture", "resnet18_w16");
    fields.put("image", Map.of("size", SIZE, "geometry", "shorter-side"));
    fields.put("batch", BATCH);
    fields.put("dimension", 16);
    fields.put("exportTorch", true);
    for (int i = 0; i < more.length; i += 2) {
      fields.put((String) more[i], more[i + 1]);
    }
    return fields;
  }

  private Path pretrained(String name, Map<String, Object> fields) {
    Pretraining.run(
        Options.read(fields, PretrainOptions.class, "test"),
        folder.resolve(name),
        PretrainListener.SILENT);
    return folder.resolve(name).resolve("checkpoint.pth.tar");
  }

  @ParameterizedTest
  @Tag("slow")
  @ValueSource(strings = {"adam", "adamw", "sgd"})
  void aRunResumedFromItsTorchCheckpointEndsWithTheSameFile(String optimizer) throws IOException {
    Path manifest = Pictures.write(folder, 8, 40, 5);
    Path whole = pretrained("whole", fields(folder, manifest, "optimizer", optimizer, "epochs", 2));
    Path half = pretrained("half", fields(folder, manifest, "optimizer", optimizer, "epochs", 1));
    Path resumed =
        pretrained(
            "resumed",
            fields(
                folder,
                manifest,
                "optimizer",
                optimizer,
                "epochs",
                2,
                "weights",
                half.toString(),
                "resume",
                true));
    assertArrayEquals(Files.readAllBytes(whole), Files.readAllBytes(resumed));
    MocoCheckpoint read = MocoCheckpoint.of(TensorFile.read(resumed)).orElseThrow();
    assertEquals(2, read.epoch());
    assertEquals(2 * 16 / BATCH, read.batches());
    // Without resume the epoch and the optimizer are new; the counters go on, as PyTorch's would.
    MocoCheckpoint anew =
        MocoCheckpoint.of(
                TensorFile.read(
                    pretrained(
                        "anew",
                        fields(
                            folder,
                            manifest,
                            "optimizer",
                            optimizer,
                            "epochs",
                            1,
                            "weights",
                            half.toString()))))
            .orElseThrow();
    assertEquals(1, anew.epoch());
    assertEquals(2 * 16 / BATCH, anew.batches());
  }

  @Test
  void whatCannotBeResumedIsTheUsersError() {
    Path manifest = Pictures.write(folder, 8, 40, 5);
    Path half = pretrained("half", fields(folder, manifest, "optimizer", "sgd", "epochs", 1));
    Path bare = folder.resolve("bare.pth.tar");
    MocoCheckpoint c = MocoCheckpoint.of(TensorFile.read(half)).orElseThrow();
    new MocoCheckpoint(c.architecture(), 1, c.query(), c.key(), c.queue(), 0, 0, Optional.empty())
        .write(bare);
    assertRefused("its optimizer is SGD", manifest, half, "optimizer", "adam", "epochs", 2);
    assertRefused("it has done 1 epochs", manifest, half, "optimizer", "sgd", "epochs", 1);
    assertRefused(
        "which are 4 steps", manifest, half, "optimizer", "sgd", "epochs", 2, "maxSteps", 4);
    assertRefused("no optimizer's state", manifest, bare, "optimizer", "sgd", "epochs", 2);
  }

  private void assertRefused(String problem, Path manifest, Path weights, Object... options) {
    Map<String, Object> fields = fields(folder, manifest, options);
    fields.put("weights", weights.toString());
    fields.put("resume", true);
    UserErrorException e =
        assertThrows(UserErrorException.class, () -> pretrained("refused", fields));
    assertEquals(weights.toString(), e.location());
    assertTrue(e.problem().contains(problem), e.problem());
  }

  /** Written by PyTorch's Adam; see naming.py among the resources. */
  @Test
  void theStateOfPytorchsAdamIsReadByName() {
    Path file = Path.of("src/test/resources/torch/resume.pth.tar");
    MocoCheckpoint read = MocoCheckpoint.of(TensorFile.read(file)).orElseThrow();
    TorchOptimizer optimizer = read.optimizer().orElseThrow();
    List<?> names = (List<?>) TorchCheckpoint.read(file).get("names");
    assertEquals(4, read.epoch());
    assertEquals(1, optimizer.steps());
    assertEquals(0.25, optimizer.group().get("lr"));
    assertEquals(2 * names.size(), optimizer.moments().size());
    for (int i = 0; i < names.size(); i++) {
      // The gradient of parameter i was (i + 1) / 1000; Adam's moments after one step are
      // 0.1 times it and 0.001 times its square.
      double gradient = (i + 1) / 1000.0;
      assertEquals(0.1 * gradient, first(optimizer, "first." + names.get(i)), 1e-8);
      assertEquals(1e-3 * gradient * gradient, first(optimizer, "second." + names.get(i)), 1e-9);
    }
  }

  private static float first(TorchOptimizer optimizer, String moment) {
    return optimizer.moments().get(moment).toFloats()[0];
  }

  private MocoState threeSteps(Path manifest, StateDict start) {
    Dataset dataset = Manifest.read(manifest, folder);
    Geometry geometry = Geometry.shorterSide(SIZE);
    List<Path> files = dataset.images().stream().map(dataset::file).toList();
    try (PixelCache cache =
            PixelCache.open(folder.resolve("other"), files, geometry, Progress.SILENT);
        Moco moco =
            new Moco(
                NETWORK,
                new MocoOptions(16, 8, 0.999, 0.2, true, true, false),
                new OptimizerSpec.Sgd(0.9, 1e-4),
                new MocoState(start, start, queue(), 4),
                List.of(Device.cpu()),
                Compute.FLOAT32,
                0,
                StepObserver.NONE)) {
      for (int step = 0; step < 3; step++) {
        ImageBatch images = images(cache, step * BATCH);
        moco.step(images, images, 0.03, step);
      }
      return moco.state();
    }
  }

  private static ImageBatch images(PixelCache cache, int from) {
    float[] values = new float[BATCH * SIZE * SIZE];
    for (int i = 0; i < values.length; i++) {
      int picture = from + i / (SIZE * SIZE);
      byte[] pixels = Augmentations.centre(SIZE).apply(cache.image(picture), null).pixels();
      values[i] = Normalisation.CHEXPERT.apply(pixels[i % (SIZE * SIZE)] & 0xFF, 0);
    }
    return new FloatImages(values, BATCH, 1, SIZE, SIZE);
  }
}

package org.mococxr.learning.finetuning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mococxr.evaluation.results.Predictions;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.learning.evaluation.Ensemble;
import org.mococxr.learning.evaluation.FineTuned;
import org.mococxr.learning.export.EncoderExport;
import org.mococxr.learning.features.EmbedOptions;
import org.mococxr.learning.features.Embedding;
import org.mococxr.learning.features.Encoder;
import org.mococxr.learning.features.FeatureStore;
import org.mococxr.learning.selection.Selection;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.io.MocoCheckpoint;
import org.mococxr.learning.state.io.TorchCheckpoint;
import org.mococxr.learning.testing.BlobRuns;
import org.mococxr.specs.option.Options;

/** Runs through the network, on pictures of blobs, with a narrow encoder. */
@Tag("slow")
class NetworkFineTuningTest extends BlobRuns {

  private static List<Path> files(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  /** In linear mode, whose solver takes no steps. */
  private static Map<String, Object> convex(Object... more) {
    Map<String, Object> options = options(more);
    options.keySet().removeAll(List.of("learningRate", "batch", "epochs", "evaluateEvery"));
    options.put("mode", "linear");
    return options;
  }

  private static EmbedOptions embedOptions() {
    Map<String, Object> options = convex();
    options.remove("mode");
    return Options.read(options, EmbedOptions.class, "test");
  }

  @Test
  void anInterruptedRunEndsWithTheBitsOfAnUninterruptedOne() throws IOException {
    Map<String, Object> options = options("augmentation", Map.of("flip", 0.5), "dropout", 0.2);
    run("whole", options, () -> false);
    AtomicInteger steps = new AtomicInteger();
    int attempts = 0;
    // Stops after every second step, in mid-epoch as well as at its end.
    while (!run("pieces", options, () -> steps.incrementAndGet() % 2 == 0).completed()) {
      attempts++;
    }
    assertTrue(attempts > 3, () -> "it was not interrupted often: " + steps);
    for (String file :
        List.of(
            Encoder.WEIGHTS,
            FineTuned.HEAD,
            "metrics.jsonl",
            Predictions.FILE_NAME,
            Ensemble.FILE)) {
      assertArrayEquals(
          Files.readAllBytes(folder.resolve("whole").resolve(file)),
          Files.readAllBytes(folder.resolve("pieces").resolve(file)),
          file);
    }
  }

  @Test
  void bfloat16TrainsToo() {
    FineTuneResult result = run("run", options("precision", "bf16"), () -> false);
    assertTrue(Double.isFinite(result.figures().get("test_auroc")));
  }

  @Test
  void aTornCheckpointIsPassedOverForTheOneBefore() throws IOException {
    AtomicInteger steps = new AtomicInteger();
    run("whole", options(), () -> false);
    assertFalse(run("torn", options(), () -> steps.incrementAndGet() == 6).completed());
    Path checkpoints = folder.resolve("torn/checkpoints");
    Path last;
    try (Stream<Path> list = Files.list(checkpoints)) {
      last = list.sorted().toList().getLast();
    }
    Path model = last.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(model);
    // One bit, far behind the header: only the digest tells.
    bytes[bytes.length - 3] ^= 1;
    Files.write(model, bytes);
    assertTrue(run("torn", options(), () -> false).completed());
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("whole").resolve(Predictions.FILE_NAME)),
        Files.readAllBytes(folder.resolve("torn").resolve(Predictions.FILE_NAME)));
  }

  @Test
  void aLossThatIsNoNumberIsTriedOnceMore() {
    List<String> heard = new ArrayList<>();
    Map<String, Object> options = options("solver", "sgd", "learningRate", 1e30);
    UserErrorException e =
        assertThrows(
            UserErrorException.class,
            () ->
                FineTuning.run(
                    Json.MAPPER.convertValue(options, FineTuneOptions.class),
                    folder.resolve("run"),
                    (stage, done, total, figures) -> heard.add(stage + " " + done),
                    CheckpointListener.NONE,
                    () -> false));
    assertEquals("learningRate", e.location());
    assertEquals(1, heard.stream().filter(h -> h.contains("trying once more")).count());
  }

  @Test
  void aCheckpointIsNotGoneOnWithUnderOtherOptions() {
    AtomicInteger steps = new AtomicInteger();
    assertFalse(run("run", options(), () -> steps.incrementAndGet() == 2).completed());
    UserErrorException e =
        assertThrows(
            UserErrorException.class, () -> run("run", options("learningRate", 1e-2), () -> false));
    assertTrue(e.getMessage().contains("other options"), e.getMessage());
  }

  @Test
  void theExportedEncoderIsOfThreeFormatsAndItsOnnxWasChecked() {
    Encoder encoder = Embedding.encoder(embedOptions());
    double difference = EncoderExport.run(encoder, folder);
    assertTrue(difference <= 1e-4, () -> "difference " + difference);
    Path torch = folder.resolve(EncoderExport.TORCH);
    assertEquals(
        MocoCheckpoint.withBatchCounters(encoder.parameters()),
        TorchCheckpoint.read(torch).stateDict(torch));
    assertEquals(encoder.parameters(), Encoder.read(folder).parameters());
  }

  @Test
  void aMissingCheckpointIsTheUsersErrorNamingIt() throws IOException {
    Map<String, Object> options = options("ensemble", 10);
    AtomicInteger steps = new AtomicInteger();
    assertFalse(run("run", options, () -> steps.incrementAndGet() == 6).completed());
    Path gone;
    try (Stream<Path> kept = Files.list(folder.resolve("run/kept"))) {
      gone = kept.findFirst().orElseThrow();
    }
    Files.delete(gone);
    UserErrorException e =
        assertThrows(UserErrorException.class, () -> run("run", options, () -> false));
    assertTrue(e.location().endsWith(gone.getFileName().toString()), e.getMessage());
  }

  @Test
  void namedLayersTrainWithTheHeadAndTheRestIsFrozenWithItsBatchNorms() {
    run("some", options("layers", List.of("module.layer4", "layer3.1.conv2")), () -> false);
    StateDict before =
        Encoder.random("resnet18_w16", 5, Normalisation.IMAGENET, Geometry.square(SIZE), SIZE)
            .parameters();
    StateDict after = Encoder.read(folder.resolve("some")).parameters();
    for (String name : before.names()) {
      boolean trained = name.startsWith("layer4.") || name.equals("layer3.1.conv2.weight");
      assertEquals(trained, !before.get(name).equals(after.get(name)), name);
    }
    UserErrorException e =
        assertThrows(
            UserErrorException.class,
            () -> run("none", options("layers", List.of("layer5")), () -> false));
    assertEquals("layers", e.location());
    assertTrue(e.getMessage().contains("layer4"), e.getMessage());
  }

  @Test
  void theBestModelAloneIsLeftWhereNoCheckpointsAreKept() throws IOException {
    FineTuneResult result = run("bare", options("keepBest", 0), () -> false);
    FineTuneResult kept = run("kept", options(), () -> false);
    assertEquals(kept.figures(), result.figures());
    assertEquals(List.of(), files(folder.resolve("bare").resolve(Selection.KEPT)));
    assertFalse(Files.exists(folder.resolve("bare").resolve(Ensemble.FILE)));
    assertEquals(
        FineTuned.read(folder.resolve("kept")).head().weight()[0],
        FineTuned.read(folder.resolve("bare")).head().weight()[0]);
  }

  @Test
  void theViewIsCroppedFromALargerPicture() {
    Map<String, Object> options = options("epochs", 1);
    options.put("image", Map.of("resize", 36, "crop", SIZE, "geometry", "square"));
    run("cropped", options, () -> false);
    Encoder.Description d = Encoder.describe(folder.resolve("cropped"));
    assertEquals(Geometry.square(36), d.geometry());
    assertEquals(SIZE, d.imageSize());
    options.put("image", Map.of("resize", 300));
    UserErrorException e =
        assertThrows(UserErrorException.class, () -> run("larger", options, () -> false));
    assertEquals("image.resize", e.location());
  }

  @Test
  void aLinearRunThroughTheNetworkLeavesTheBackboneAsItWas() {
    run("run", options("mode", "linear", "featureReuse", false), () -> false);
    Encoder before = Embedding.encoder(embedOptions());
    assertEquals(before.parameters(), FineTuned.read(folder.resolve("run")).encoder().parameters());
  }

  /** The reference's way: its weights stay, and statistics follow the training pictures. */
  @Test
  void batchNormsOfAFrozenEncoderRunWhereTheyAreToldTo() {
    Map<String, Object> told =
        options("mode", "linear", "featureReuse", false, "frozenNorms", "running");
    run("run", told, () -> false);
    StateDict before = Embedding.encoder(embedOptions()).parameters();
    StateDict after = FineTuned.read(folder.resolve("run")).encoder().parameters();
    for (String name : before.names()) {
      boolean statistics = name.contains("running_");
      assertEquals(statistics, !before.get(name).equals(after.get(name)), name);
    }
    told.put("featureReuse", true);
    UserErrorException e =
        assertThrows(UserErrorException.class, () -> run("stored", told, () -> false));
    assertTrue(e.getMessage().contains("frozenNorms"), e.getMessage());
  }

  @Test
  void featuresAreComputedOnceAndALinearRunReadsThem() throws IOException {
    Embedding.run(embedOptions(), folder.resolve("embed"), Progress.SILENT);
    FeatureStore store = FeatureStore.open(folder.resolve("embed/features"));
    assertEquals(64, store.description().images());
    run(
        "given",
        convex(
            "encoder", folder.resolve("embed").toString(),
            "features", folder.resolve("embed").toString()),
        () -> false);
    UserErrorException none =
        assertThrows(
            UserErrorException.class,
            () -> run("none", convex("features", folder.toString()), () -> false));
    assertEquals(folder.toString(), none.location());
    assertTrue(none.remedy().contains("mococxr embed"), none.getMessage());
    Map<String, Object> own = convex("cache", folder.resolve("own").toString());
    AtomicInteger forwards = new AtomicInteger();
    FineTuneOptions read = Options.read(own, FineTuneOptions.class, "test");
    Progress counting =
        (stage, done, total, figures) -> {
          if (stage.equals("computing features")) {
            forwards.incrementAndGet();
          }
        };
    FineTuning.run(read, folder.resolve("first"), counting, CheckpointListener.NONE, () -> false);
    int once = forwards.get();
    assertTrue(once > 0);
    FineTuning.run(read, folder.resolve("second"), counting, CheckpointListener.NONE, () -> false);
    assertEquals(once, forwards.get(), "the second run computed features again");
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("given").resolve(Predictions.FILE_NAME)),
        Files.readAllBytes(folder.resolve("second").resolve(Predictions.FILE_NAME)));
  }
}

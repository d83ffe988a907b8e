package org.mococxr.learning.pretraining;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.files.ImageWriter;
import org.mococxr.learning.engine.PrecisionUnits;
import org.mococxr.learning.engine.Torch;
import org.mococxr.learning.features.Encoder;
import org.mococxr.learning.pretraining.PretrainResult.Status;
import org.mococxr.learning.testing.Pictures;
import org.mococxr.specs.option.Options;
import org.mococxr.specs.training.Precision;
import org.mococxr.specs.training.PretrainingOptions.PrecisionRule;

class PretrainingTest {
  @TempDir static Path data;
  static Path manifest;

  @TempDir Path folder;

  @BeforeAll
  static void writePictures() {
    Torch.setThreads(1);
    manifest = Pictures.write(data, 8, 40, 3);
  }

  private static PretrainOptions options(Map<String, Object> changes) {
    Map<String, Object> fields = new HashMap<>();
    fields.put("manifest", manifest.toString());
    fields.put("root", data.toString());
    fields.put("cache", data.resolve("cache").toString());
    fields.put("image", Map.of("size", 32, "geometry", "square"));
    fields.put("architecture", "resnet18_w16");
    fields.put("batch", 4);
    fields.put("epochs", 2);
    fields.put("logEvery", 1);
    fields.put("learningRate", 1e-3);
    fields.put("dimension", 16);
    fields.put("seed", 11);
    fields.putAll(changes);
    return Options.read(fields, PretrainOptions.class, "test");
  }

  /** Stops after so many steps, as SIGTERM does. */
  private static PretrainListener stopAt(long step) {
    return new PretrainListener() {
      private long done;

      @Override
      public void progress(Progress progress) {
        done = progress.step();
      }

      @Override
      public boolean stopRequested() {
        return done >= step;
      }
    };
  }

  /** Collects what it is told. */
  private static PretrainListener into(List<String> notes) {
    return new PretrainListener() {
      @Override
      public void note(String text) {
        notes.add(text);
      }
    };
  }

  private static String encoder(Path run) {
    return Encoder.read(run).parameters().digest();
  }

  @Test
  void runStoppedInMidEpochEndsWithTheSameBits() throws IOException {
    PretrainOptions options = options(Map.of());
    Path whole = folder.resolve("whole");
    assertEquals(Status.DONE, Pretraining.run(options, whole, PretrainListener.SILENT).status());

    Path parts = folder.resolve("parts");
    assertEquals(Status.PREEMPTED, Pretraining.run(options, parts, stopAt(3)).status());
    assertFalse(Files.exists(parts.resolve(Encoder.DESCRIPTION)));
    assertEquals(Status.PREEMPTED, Pretraining.run(options, parts, stopAt(6)).status());
    assertEquals(Status.DONE, Pretraining.run(options, parts, PretrainListener.SILENT).status());

    assertEquals(encoder(whole), encoder(parts));
    assertEquals(
        lossesOf(whole.resolve("metrics.jsonl")), lossesOf(parts.resolve("metrics.jsonl")));
  }

  private static List<String> lossesOf(Path metrics) throws IOException {
    return Files.readAllLines(metrics).stream()
        .map(l -> l.substring(0, l.indexOf(",\"acc1\"")))
        .toList();
  }

  @Test
  void runKilledAfterATornCheckpointGoesOnFromTheOneBefore() throws IOException {
    PretrainOptions options = options(Map.of("checkpointEvery", 2, "keepCheckpoints", 3));
    Path whole = folder.resolve("whole");
    Pretraining.run(options, whole, PretrainListener.SILENT);

    // kill -9 leaves what was written so far: checkpoints of steps 2 and 4, and metrics beyond.
    Path killed = folder.resolve("killed");
    Pretraining.run(options, killed, stopAt(5));
    Path torn = killed.resolve("checkpoints/step-00000005/encoder_k.safetensors");
    byte[] bytes = Files.readAllBytes(torn);
    bytes[bytes.length / 2] ^= 1;
    Files.write(torn, bytes);
    Files.createDirectories(killed.resolve("checkpoints/.step-00000006.tmp"));

    List<String> notes = new ArrayList<>();
    Pretraining.run(options, killed, into(notes));
    assertTrue(notes.getFirst().contains("torn"), notes.toString());
    assertEquals("going on from step 4", notes.get(1));
    assertEquals(encoder(whole), encoder(killed));
    assertEquals(8, Files.readAllLines(killed.resolve("metrics.jsonl")).size());
  }

  @Test
  void finishedRunIsNotTrainedAgain() {
    PretrainOptions options = options(Map.of("epochs", 1));
    Pretraining.run(options, folder, PretrainListener.SILENT);
    String before = encoder(folder);
    PretrainListener never =
        new PretrainListener() {
          @Override
          public void progress(Progress progress) {
            throw new AssertionError("trained again");
          }
        };
    assertEquals(Status.DONE, Pretraining.run(options, folder, never).status());
    assertEquals(before, encoder(folder));
  }

  @Test
  void checkpointOfOtherOptionsIsRefused() {
    Pretraining.run(options(Map.of("epochs", 1)), folder, PretrainListener.SILENT);
    UserErrorException e =
        assertThrows(
            UserErrorException.class,
            () ->
                Pretraining.run(
                    options(Map.of("epochs", 1, "temperature", 0.1)),
                    folder,
                    PretrainListener.SILENT));
    assertTrue(e.getMessage().contains("other options"), e.getMessage());
  }

  @Test
  void secondViewsOfTheStudyFollowTheRuleOfLaterality() {
    // Every picture is frontal, two a study: "same" is what "any" is, "distinct" finds no partner.
    Map<String, String> encoders = new HashMap<>();
    List<String> notes = new ArrayList<>();
    for (String laterality : List.of("any", "same", "distinct")) {
      Path run = folder.resolve(laterality);
      Map<String, Object> changes =
          Map.of("positives", "same-study", "laterality", laterality, "maxSteps", 2);
      Pretraining.run(options(changes), run, into(notes));
      encoders.put(laterality, encoder(run));
    }
    Pretraining.run(
        options(Map.of("maxSteps", 2)), folder.resolve("image"), PretrainListener.SILENT);
    assertEquals(encoders.get("any"), encoders.get("same"));
    assertNotEquals(encoders.get("any"), encoders.get("distinct"));
    assertEquals(encoder(folder.resolve("image")), encoders.get("distinct"));
    assertEquals(
        List.of(
            "16 of 16 images have no partner (same-study, laterality distinct):"
                + " both views come from the image"),
        notes);
  }

  @Test
  void lateralityWithViewsOfTheSameImageIsRefused() {
    UserErrorException e =
        assertThrows(UserErrorException.class, () -> options(Map.of("laterality", "same")));
    assertTrue(e.getMessage().contains("same-study"), e.getMessage());
  }

  @Test
  void keepsTheLastAndEveryKthCheckpoint() throws IOException {
    Pretraining.run(
        options(Map.of("epochs", 5, "keepCheckpoints", 1, "keepEvery", 2)),
        folder,
        PretrainListener.SILENT);
    try (Stream<Path> all = Files.list(folder.resolve("checkpoints"))) {
      assertEquals(
          List.of("step-00000008", "step-00000016", "step-00000020"),
          all.map(p -> p.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  void moreLoadersMakeTheSamePixels() {
    Pretraining.run(
        options(Map.of("maxSteps", 3, "loaders", 1)),
        folder.resolve("one"),
        PretrainListener.SILENT);
    Pretraining.run(
        options(Map.of("maxSteps", 3, "loaders", 4)),
        folder.resolve("four"),
        PretrainListener.SILENT);
    assertEquals(encoder(folder.resolve("one")), encoder(folder.resolve("four")));
  }

  @Test
  void autoTimesStepsOfTheRunItselfAndTheCheckpointRemembersTheChoice() throws IOException {
    List<String> notes = new ArrayList<>();
    Pretraining.run(options(Map.of("precision", "auto", "maxSteps", 2)), folder, into(notes));
    boolean tried = PrecisionUnits.has(Torch.devices().getFirst(), Precision.BFLOAT16);
    assertTrue(
        notes.getFirst().contains(tried ? "a trial step of 4 images" : "no bfloat16"),
        notes.toString());
    Path state = folder.resolve("checkpoints/step-00000002/state.json");
    String chosen = notes.getFirst().startsWith("bf16") ? "\"bf16\"" : "\"float32\"";
    assertTrue(Files.readString(state).contains(chosen), Files.readString(state));
  }

  @Test
  void byDefaultAProcessorComputesInFloat32WithoutATrial() throws IOException {
    assertEquals(Optional.of(Precision.FLOAT32), PrecisionRule.BY_DEVICE.fixed(false));
    assertEquals(Optional.empty(), PrecisionRule.BY_DEVICE.fixed(true));
    List<String> notes = new ArrayList<>();
    Pretraining.run(options(Map.of("maxSteps", 2)), folder, into(notes));
    assertEquals(List.of(), notes.stream().filter(note -> note.contains("trial")).toList());
    Path state = folder.resolve("checkpoints/step-00000002/state.json");
    assertTrue(Files.readString(state).contains("\"float32\""), Files.readString(state));
  }

  @Test
  void tf32OfAProcessorIsRefused() {
    UserErrorException e =
        assertThrows(
            UserErrorException.class,
            () ->
                Pretraining.run(
                    options(Map.of("precision", "tf32")), folder, PretrainListener.SILENT));
    assertTrue(e.getMessage().contains("float32 or bf16"), e.getMessage());
  }

  @Test
  void explodingLossIsTriedOnceMoreFromTheLastCheckpointAndThenEndsTheRun() {
    List<String> notes = new ArrayList<>();
    UserErrorException e =
        assertThrows(
            UserErrorException.class,
            () ->
                Pretraining.run(
                    options(Map.of("optimizer", "sgd", "learningRate", 1e30, "checkpointEvery", 1)),
                    folder,
                    into(notes)));
    assertTrue(e.getMessage().contains("lower the learning rate"), e.getMessage());
    assertEquals(1, notes.stream().filter(n -> n.contains("trying once more")).count());
    assertTrue(notes.getLast().startsWith("going on from step "), notes.toString());
  }

  @Test
  void embeddingsThatHaveBecomeEqualEndTheRunWithAReason() throws IOException {
    // Blank films: whatever the encoder, all embeddings are one. Larger ones are refused.
    Path films = Files.createDirectories(folder.resolve("films"));
    List<String> lines = new ArrayList<>(List.of("Path,Patient,Study,View"));
    for (int i = 0; i < 8; i++) {
      ImageWriter.writePng(new GreyImage(30, 30, new byte[900]), films.resolve(i + ".png"));
      lines.add("%d.png,%d,1,1".formatted(i, i));
    }
    Files.write(films.resolve("manifest.csv"), lines);
    Map<String, Object> blank =
        Map.of(
            "manifest", films.resolve("manifest.csv").toString(),
            "root", films.toString(),
            "epochs", 20);
    UserErrorException e =
        assertThrows(
            UserErrorException.class,
            () -> Pretraining.run(options(blank), folder.resolve("run"), PretrainListener.SILENT));
    assertTrue(e.location().contains("step 10"), e.getMessage());
    assertTrue(e.getMessage().contains("all embeddings have become equal"), e.getMessage());
  }

  @Test
  void probesBeforeTheFirstAndAfterEachEpoch() throws IOException {
    Map<Long, Map<String, Double>> probed = new LinkedHashMap<>();
    PretrainListener listening =
        new PretrainListener() {
          @Override
          public void probed(long step, Map<String, Double> figures) {
            probed.put(step, figures);
          }
        };
    Map<String, Object> probe =
        Map.of(
            "train", manifest.toString(),
            "test", manifest.toString(),
            "tasks", List.of("Pleural Effusion"));
    Pretraining.run(options(Map.of("probe", probe)), folder, listening);
    assertEquals(List.of(0L, 4L, 8L), List.copyOf(probed.keySet()));
    // The blob's side is all that differs, and the probe has seen the pictures.
    assertEquals(1, probed.get(0L).get("probe Pleural Effusion"), 1e-9);
    assertTrue(
        Files.readString(folder.resolve("metrics.jsonl")).contains("\"knn Pleural Effusion\":"));
  }
}

package org.mococxr.splitter.split;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.artifacts.FlakyStore;
import org.mococxr.artifacts.Retry;
import org.mococxr.artifacts.RetryingArtifactStore;
import org.mococxr.artifacts.StoreUnavailableException;
import org.mococxr.datasets.phantom.PhantomGenerator;
import org.mococxr.datasets.phantom.PhantomOptions;
import org.mococxr.foundation.Progress;
import org.mococxr.specs.data.SplitRecipe;

/** A split in a store that is not this machine's file system, and that fails. */
class SplitWorkTest {
  private static final Retry BRIEF = new Retry(Duration.ofMillis(500), Duration.ofMillis(1));

  /** For a store that comes back: a busy machine may let much time pass between two tries. */
  private static final Retry LONG = new Retry(Duration.ofMinutes(1), Duration.ofMillis(1));

  @TempDir Path folder;

  @Test
  void aSplitIsMadeInAStoreThatFailsNowAndThenAndFoundThereAgain() throws IOException {
    SplitRecipe recipe = SplitRecipe.of(recipe());
    Path distant = Files.createDirectories(folder.resolve("distant"));
    try (ArtifactStore store = new RetryingArtifactStore(FlakyStore.nowAndThen(distant), LONG)) {
      URI output = store.resolve("split/");
      SplitWork.Announced made = new SplitWork().run(recipe, output, store, Progress.SILENT);
      assertFalse(made.reused());
      for (Map.Entry<String, URI> manifest : made.manifests().entrySet()) {
        List<String> lines =
            Files.readAllLines(
                distant.resolve(FlakyStore.BASE.relativize(manifest.getValue()).getPath()));
        assertEquals(made.counts().get(manifest.getKey()) + 1, lines.size(), manifest.getKey());
      }
      assertTrue(new SplitWork().run(recipe, output, store, Progress.SILENT).reused());
    }
  }

  @Test
  void aStoreThatStaysAwayIsNoUsersError() throws IOException {
    SplitRecipe recipe = SplitRecipe.of(recipe());
    Path distant = Files.createDirectories(folder.resolve("distant"));
    try (ArtifactStore store = new RetryingArtifactStore(FlakyStore.always(distant), BRIEF)) {
      assertThrows(
          StoreUnavailableException.class,
          () -> new SplitWork().run(recipe, store.resolve("split/"), store, Progress.SILENT));
    }
  }

  /** Its paths begin with the folder's own name: the trainers must be told of its parent. */
  @Test
  void theFolderOfCheXpertItselfMayBeNamed() throws IOException {
    Map<String, Object> fields = new HashMap<>(recipe());
    Path inside = folder.resolve("CheXpert-v1.0-small");
    assertTrue(Files.exists(inside.resolve("train.csv")));
    fields.put("data", Map.of("root", inside.toString()));
    SplitRecipe recipe = SplitRecipe.of(fields);
    URI output = folder.resolve("split").toUri();
    try (ArtifactStore store = ArtifactStore.open(folder.toUri())) {
      for (boolean reused : List.of(false, true)) {
        SplitWork.Announced made = new SplitWork().run(recipe, output, store, Progress.SILENT);
        assertEquals(reused, made.reused());
        Path root = Path.of(made.manifests().get("root"));
        String image =
            Files.readAllLines(Path.of(made.manifests().get("train"))).get(1).split(",")[0];
        assertTrue(Files.exists(root.resolve(image.replace("\"", ""))), root + " " + image);
      }
    }
  }

  private Map<String, Object> recipe() {
    PhantomOptions options = PhantomOptions.small(1, 20, 40, 20, 32);
    Path root = new PhantomGenerator(options).generate(folder, Progress.SILENT).root();
    return Map.of(
        "data",
        Map.of("root", root.toString()),
        "tasks",
        List.of("Pleural Effusion"),
        "fractions",
        List.of(0.2),
        "draws",
        List.of(2));
  }
}

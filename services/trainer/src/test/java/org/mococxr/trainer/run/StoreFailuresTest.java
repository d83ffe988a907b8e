package org.mococxr.trainer.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.artifacts.FlakyStore;
import org.mococxr.artifacts.Retry;
import org.mococxr.foundation.Digests;
import org.mococxr.specs.ExitCodes;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;
import org.mococxr.trainer.messaging.ConsoleRunReporter;

/** Runs of every kind whose inputs lie in a distant store, which fails. */
class StoreFailuresTest {
  /** For a store that comes back: a busy machine may let much time pass between two tries. */
  private static final Retry LONG = new Retry(Duration.ofMinutes(1), Duration.ofMillis(1));

  /** For a store that stays away: however long one waits for it. */
  private static final Retry HARDLY_ANY = new Retry(Duration.ofMillis(10), Duration.ofMillis(1));

  private static final List<String> PARTS = List.of("pretrain", "train", "valid", "test");

  @TempDir Path folder;

  private final Map<String, URI> inputs = new LinkedHashMap<>();
  private Path distant;

  @BeforeEach
  void putInputsIntoTheStore() throws IOException {
    distant = folder.resolve("distant");
    for (String part : PARTS) {
      write(part, "split/" + part + ".csv");
    }
    write("split", "split/");
    StringBuilder split = new StringBuilder();
    for (String part : PARTS) {
      split.append(split.isEmpty() ? "" : ",").append("\"" + part + "\": {\"sha256\": \"");
      split.append(Digests.sha256(distant.resolve("split/" + part + ".csv"))).append("\"}");
    }
    // The images are told by it, so that nothing is fetched before the work begins.
    Files.writeString(
        distant.resolve("split/split.json"),
        "{\"imagesDigest\": \"a\", \"parts\": {" + split + "}}");
    write("root", "images/");
    write("encoder", "runs/pretrain/");
    write("run:one", "runs/one/");
    write("run:intervals", "runs/intervals/");
  }

  private void write(String role, String path) throws IOException {
    String file = path.endsWith("/") ? path + "content" : path;
    Path target = distant.resolve(file);
    Files.createDirectories(target.getParent());
    Files.writeString(target, "Path\nimages/content\n" + role + " and a little more of it");
    inputs.put(role, FlakyStore.BASE.resolve(path));
  }

  @ParameterizedTest
  @EnumSource(RunKind.class)
  void aStoreThatFailsNowAndThenIsBorneWith(RunKind kind) throws IOException {
    Workload reads =
        context -> {
          for (String role : inputs.keySet()) {
            Path input = context.input(role);
            Path file = Files.isDirectory(input) ? input.resolve("content") : input;
            assertTrue(Files.readString(file).contains("more of it"), role);
          }
          Files.writeString(context.folder().resolve("result"), "result");
          return new Outcome.Done(Map.of());
        };
    ArtifactStore store = FlakyStore.nowAndThen(distant);
    assertEquals(ExitCodes.DONE, work(kind, Map.of(kind, reads), store, LONG));
    assertTrue(Files.exists(distant.resolve("runs/this/DONE.json")));
  }

  @ParameterizedTest
  @EnumSource(RunKind.class)
  void aStoreThatStaysAwayIsAFaultOfTheStore(RunKind kind) {
    assertEquals(
        ExitCodes.STORE_UNAVAILABLE,
        work(kind, Workloads.all(), FlakyStore.always(distant), HARDLY_ANY));
  }

  @ParameterizedTest
  @EnumSource(RunKind.class)
  void aStoreThatGoesAwayWhileTheWorkReadsIsAFaultOfTheStore(RunKind kind) {
    boolean[] away = new boolean[1];
    ArtifactStore store = FlakyStore.store(distant, () -> away[0]);
    Workload work = Workloads.all().get(kind);
    Workload late =
        context -> {
          away[0] = true;
          return work.run(context);
        };
    assertEquals(ExitCodes.STORE_UNAVAILABLE, work(kind, Map.of(kind, late), store, HARDLY_ANY));
  }

  @ParameterizedTest
  @EnumSource(RunKind.class)
  void aMissingObjectIsTheUsersError(RunKind kind) throws IOException {
    for (String role : List.copyOf(inputs.keySet())) {
      inputs.put(
          role, FlakyStore.BASE.resolve("elsewhere/" + inputs.get(role).getPath().substring(1)));
    }
    assertEquals(
        ExitCodes.USER_ERROR, work(kind, Workloads.all(), FlakyStore.nowAndThen(distant), LONG));
  }

  private int work(
      RunKind kind, Map<RunKind, Workload> workloads, ArtifactStore store, Retry retry) {
    URI output = store.resolve("runs/this/");
    Map<String, Object> options = LeastOptions.of(kind);
    RunSpec spec =
        new RunSpec(
            "distant-" + kind, folder.getFileName().toString(), kind, 1, inputs, options, output);
    return new RunWorker(workloads, Map.of("mococxr", "test"), retry)
        .work(spec, List.of("mococxr"), store, new ConsoleRunReporter(spec.run()), () -> false);
  }
}

package org.mococxr.trainer.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.artifacts.Provenance;
import org.mococxr.datasets.phantom.PhantomGenerator;
import org.mococxr.datasets.phantom.PhantomOptions;
import org.mococxr.datasets.splitting.SplitSummary;
import org.mococxr.datasets.splitting.Splitting;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.Progress;
import org.mococxr.specs.ExitCodes;
import org.mococxr.specs.RunDone;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;
import org.mococxr.specs.data.SplitRecipe;

/** Whose work a folder holds: told by what went into it, not by names. */
class IdentityTest {
  @TempDir Path folder;

  private final List<String> failures = new ArrayList<>();
  private int worked;

  private int work(RunSpec spec) {
    return work(spec, new Outcome.Done(Map.of("auroc", 0.5)));
  }

  private int work(RunSpec spec, Outcome outcome) {
    Workload workload =
        context -> {
          worked++;
          Files.writeString(context.folder().resolve("result"), "of attempt " + worked);
          return outcome;
        };
    try (ArtifactStore store = ArtifactStore.open(folder.toUri())) {
      return new RunWorker(Map.of(spec.kind(), workload), Map.of("mococxr", "test"))
          .work(spec, List.of("mococxr"), store, new Heard(), () -> false);
    }
  }

  private RunSpec pretrain(Path weights, Map<String, Object> options) {
    return pretrain("run", Map.of("weights", weights.toUri()), options);
  }

  private RunSpec pretrain(String run, Map<String, URI> inputs, Map<String, Object> options) {
    URI output = ArtifactStore.folder(folder.resolve("runs").resolve(run).toUri());
    return new RunSpec("experiment", run, RunKind.PRETRAIN, 3, inputs, options, output);
  }

  private Path weights(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  @Test
  void otherWeightsUnderTheSameNameDoNotGoOnWithTheOldRun() throws IOException {
    RunSpec spec = pretrain(weights("weights.pth", "first"), Map.of("epochs", 2));
    assertEquals(ExitCodes.PREEMPTED, work(spec, new Outcome.Preempted()));
    weights("weights.pth", "second");
    assertEquals(ExitCodes.USER_ERROR, work(spec));
    assertTrue(failures.getLast().contains("inputs.weights has other content"), failures.getLast());
    assertEquals(1, worked);
    weights("weights.pth", "first");
    assertEquals(ExitCodes.DONE, work(spec));
    assertEquals(2, worked);
    weights("weights.pth", "second");
    assertEquals(ExitCodes.USER_ERROR, work(spec));
    assertEquals("of attempt 2", Files.readString(folder.resolve("runs/run/result")));
  }

  @Test
  void theSameContentElsewhereIsTheSameWorkAndNotDoneTwice() throws IOException {
    Map<String, Object> options = Map.of("epochs", 2, "threads", 1);
    assertEquals(ExitCodes.DONE, work(pretrain(weights("a.pth", "same"), options)));
    // Moved, with a number that is written otherwise, and on a machine with more cores.
    Map<String, Object> alike = Map.of("epochs", 2.0, "threads", 8);
    assertEquals(ExitCodes.DONE, work(pretrain(weights("b.pth", "same"), alike)));
    assertEquals(1, worked);
  }

  @Test
  void whatDiffersIsNamed() throws IOException {
    Path weights = weights("weights.pth", "same");
    Map<String, Object> before = new HashMap<>(Map.of("epochs", 2, "batch", 16));
    assertEquals(ExitCodes.PREEMPTED, work(pretrain(weights, before), new Outcome.Preempted()));
    Map<String, Object> after = new HashMap<>(Map.of("epochs", 3, "temperature", 0.1));
    assertEquals(ExitCodes.USER_ERROR, work(pretrain(weights, after)));
    String message = failures.getLast();
    assertTrue(message.contains("options.epochs is 3 and was 2"), message);
    assertTrue(message.contains("options.temperature is 0.1 and was 0.2"), message);
    // 16 is the default: not to say it is to say the same.
    assertFalse(message.contains("options.batch"), message);
    assertFalse(message.contains("inputs.weights"), message);
  }

  @Test
  void imagesAreToldByTheListThatTheSplitRecordedElseByTheirOwn() throws IOException {
    SplitSummary split = split(1, folder.resolve("split"));
    Map<String, URI> inputs = new LinkedHashMap<>();
    inputs.put("root", data().toUri());
    inputs.put("pretrain", split.manifests().get("pretrain").toUri());
    assertEquals(ExitCodes.DONE, work(pretrain("recorded", inputs, Map.of())));
    // The manifest alone, without its split.json.
    Path alone = folder.resolve("alone.csv");
    Files.copy(split.manifests().get("pretrain"), alone);
    inputs.put("pretrain", alone.toUri());
    assertEquals(ExitCodes.DONE, work(pretrain("alone", inputs, Map.of())));
    assertEquals(2, worked);
    String image = Files.readAllLines(alone).get(1).split(",")[0];
    Files.write(data().resolve(image), new byte[123]);
    assertEquals(ExitCodes.USER_ERROR, work(pretrain("alone", inputs, Map.of())));
    assertTrue(failures.getLast().contains("inputs.root has other content"), failures.getLast());
  }

  @Test
  void aSplitIsToldByItsSplitJsonWheneverItWasMade() throws IOException {
    SplitSummary split = split(1, folder.resolve("split"));
    Path done = split.split().resolveSibling(RunDone.FILE);
    Map<String, URI> inputs =
        Map.of("root", data().toUri(), "split", folder.resolve("split").toUri());
    for (int second = 1; second < 3; second++) {
      Instant finished = Instant.ofEpochSecond(second);
      Files.writeString(
          done,
          new RunDone("by-hand", "split", "r", null, null, finished, Map.of(), null).toJson());
      assertEquals(ExitCodes.DONE, work(run("e", RunKind.AUDIT, inputs)));
    }
    assertEquals(1, worked);
    assertEquals(
        Digests.sha256(split.split()),
        Provenance.read(folder.resolve("experiments/e/audit")).inputs().get("split"));
  }

  @Test
  void anExperimentThatIsSubmittedAgainWithAnotherSplitTakesNothingOfTheOldOne()
      throws IOException {
    SplitSummary first = service(1);
    Map<String, String> before = contents();
    Map<String, RunSpec> old = submit("first", first);
    old.values().forEach(run -> assertEquals(ExitCodes.DONE, work(run)));
    assertEquals(3, worked);

    // The same request again: found, and nothing done twice.
    SplitSummary again = service(1);
    assertTrue(again.reused());
    assertEquals(first.manifests(), again.manifests());
    submit("first", again).values().forEach(run -> assertEquals(ExitCodes.DONE, work(run)));
    assertEquals(3, worked);

    // Another seed in the same folders: refused, and all of the old is as it was.
    SplitSummary second = service(2);
    assertNotEquals(first.manifests().get("test"), second.manifests().get("test"));
    Map<String, String> runs = contents();
    Map<String, RunSpec> mixed = submit("first", second);
    for (String run : List.of("pretrain", "finetune")) {
      assertEquals(ExitCodes.USER_ERROR, work(mixed.get(run)), run);
    }
    assertEquals(3, worked);
    assertEquals(runs, contents());
    before.forEach((file, digest) -> assertEquals(digest, runs.get(file), file));

    // Under another name: everything anew, from the new split alone.
    Map<String, RunSpec> fresh = submit("second", second);
    fresh.values().forEach(run -> assertEquals(ExitCodes.DONE, work(run)));
    assertEquals(6, worked);
    for (RunSpec run : fresh.values()) {
      Provenance provenance = Provenance.read(Path.of(run.output()));
      assertEquals(run.inputs().keySet(), provenance.inputs().keySet());
      for (String part : List.of("train", "valid", "test")) {
        if (run.inputs().containsKey(part)) {
          assertEquals(
              Digests.sha256(second.manifests().get(part)), provenance.inputs().get(part), part);
          assertNotEquals(
              Digests.sha256(first.manifests().get(part)), provenance.inputs().get(part), part);
        }
      }
    }
    assertEquals(
        Digests.sha256(folder.resolve("experiments/second/pretrain/" + RunDone.FILE)),
        Provenance.read(folder.resolve("experiments/second/finetune")).inputs().get("encoder"));
  }

  /** As the planner plans them: what a run reads of another one is the other one's folder. */
  private Map<String, RunSpec> submit(String experiment, SplitSummary split) throws IOException {
    Map<String, URI> inputs = new LinkedHashMap<>();
    inputs.put("root", data().toUri());
    for (String part : List.of("train", "valid", "test")) {
      inputs.put(part, split.manifests().get(part).toUri());
    }
    Map<String, RunSpec> runs = new LinkedHashMap<>();
    Map<String, URI> pretrain = new LinkedHashMap<>(inputs);
    pretrain.put("pretrain", split.manifests().get("pretrain").toUri());
    runs.put("pretrain", run(experiment, RunKind.PRETRAIN, pretrain));
    inputs.put("encoder", runs.get("pretrain").output());
    runs.put("finetune", run(experiment, RunKind.FINETUNE, inputs));
    runs.put(
        "intervals",
        run(experiment, RunKind.INTERVALS, Map.of("run:finetune", runs.get("finetune").output())));
    return runs;
  }

  private RunSpec run(String experiment, RunKind kind, Map<String, URI> inputs) {
    Map<String, Object> options =
        switch (kind) {
          case FINETUNE -> Map.of("tasks", List.of("Pleural Effusion"));
          case INTERVALS -> Map.of("architecture", "resnet18", "runs", List.of());
          default -> Map.of();
        };
    Path output = folder.resolve("experiments").resolve(experiment).resolve(kind.word());
    return new RunSpec(
        experiment, kind.word(), kind, 7, inputs, options, ArtifactStore.folder(output.toUri()));
  }

  private Path data() {
    PhantomOptions options = PhantomOptions.small(1, 20, 40, 20, 32);
    return new PhantomGenerator(options)
        .generate(folder.resolve("phantoms"), Progress.SILENT)
        .root();
  }

  /** What the splitter does with a request. */
  private SplitSummary service(long seed) throws IOException {
    Path parent = folder.resolve("experiments/split");
    Splitting split = Splitting.of(recipe(seed), parent, Progress.SILENT);
    return split.into(parent.resolve(split.name()), Progress.SILENT);
  }

  private SplitSummary split(long seed, Path output) throws IOException {
    return Splitting.run(recipe(seed), output, Progress.SILENT);
  }

  private SplitRecipe recipe(long seed) throws IOException {
    return SplitRecipe.of(
        Map.of(
            "data",
            Map.of("root", data().toString()),
            "tasks",
            List.of("Pleural Effusion"),
            "protocol",
            "shares",
            "fractions",
            List.of(1),
            "draws",
            List.of(1),
            "seed",
            seed));
  }

  private Map<String, String> contents() throws IOException {
    Map<String, String> contents = new LinkedHashMap<>();
    try (var files = Files.walk(folder.resolve("experiments"))) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        contents.put(folder.relativize(file).toString(), Digests.sha256(file));
      }
    }
    return contents;
  }

  private final class Heard extends SilentReporter {
    @Override
    public void failed(int exitCode, String reason) {
      failures.add(reason);
    }
  }
}

package org.mococxr.trainer.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.artifacts.Provenance;
import org.mococxr.artifacts.S3ArtifactStore;
import org.mococxr.artifacts.S3Stores;
import org.mococxr.foundation.Digests;
import org.mococxr.specs.ExitCodes;
import org.mococxr.specs.RunDone;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;
import org.mococxr.testkit.S3Server;
import org.mococxr.trainer.messaging.ConsoleRunReporter;

/** The digests of every input of a run, wherever it lies: files of this machine and S3 objects. */
@Tag("slow")
class S3ProvenanceTest {
  @TempDir static Path shared;
  private static S3Server server;
  private static S3ArtifactStore s3;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws Exception {
    server = S3Server.start(shared);
    URI bucket = server.createBucket("lab");
    s3 = S3Stores.on(server, URI.create(bucket + "/moco"));
  }

  @AfterAll
  static void stop() {
    s3.close();
    server.close();
  }

  @ParameterizedTest
  @EnumSource(RunKind.class)
  void everyInputOnS3HasItsDigest(RunKind kind) throws IOException {
    provenance(kind, s3);
  }

  @Test
  void everyInputInFilesHasItsDigest() throws IOException {
    try (ArtifactStore files = ArtifactStore.open(folder.resolve("store").toUri())) {
      provenance(RunKind.FINETUNE, files);
    }
  }

  @Test
  void anInputMayLieInAnotherStoreThanTheRun() throws IOException {
    Path weights = Files.writeString(folder.resolve("weights.pth"), "weights");
    RunSpec spec =
        spec(RunKind.EMBED, s3.resolve("mixed/run/"), Map.of("weights", weights.toUri()));
    assertEquals(ExitCodes.DONE, work(spec, s3));
    assertEquals(Map.of("weights", Digests.sha256(weights)), read(s3, spec.output()).inputs());
  }

  private void provenance(RunKind kind, ArtifactStore store) throws IOException {
    String base = "experiments/" + folder.getFileName() + "/";
    Map<String, String> expected = new LinkedHashMap<>();
    Map<String, URI> inputs = new LinkedHashMap<>();
    String manifest = "Path\nimages/a.png\nimages/b.png\n";
    for (String part : List.of("pretrain", "train", "valid", "test")) {
      String text = manifest + "images/" + part + ".png\n";
      inputs.put(part, write(store, base + "split/" + part + ".csv", text));
      expected.put(part, digest(text));
    }
    // What the split says of its manifests and images is what tells the images.
    StringBuilder parts = new StringBuilder();
    expected.forEach(
        (part, digest) -> parts.append("\"%s\": {\"sha256\": \"%s\"},".formatted(part, digest)));
    parts.setLength(parts.length() - 1);
    String split = "{\"imagesDigest\": \"abc\", \"parts\": {%s}}".formatted(parts);
    write(store, base + "split/split.json", split);
    inputs.put("split", store.resolve(base + "split/"));
    expected.put("split", digest(split));
    inputs.put("root", store.resolve(base + "images/"));
    write(store, base + "images/a.png", "a picture");
    expected.put("root", digest("abc"));
    inputs.put("readers", write(store, base + "readers.csv", "Task,Reader\n"));
    expected.put("readers", digest("Task,Reader\n"));
    String done = "{\"run\": \"one\"}";
    for (String role : List.of("encoder", "features", "run:one", "run:intervals")) {
      String run = base + "runs/" + role.replace(':', '-') + "/";
      write(store, run + RunDone.FILE, done);
      write(store, run + "result", "of " + role);
      inputs.put(role, store.resolve(run));
      expected.put(role, digest(done));
    }
    // An imported encoder is no run: its files tell it.
    write(store, base + "imported/encoder.json", "{}");
    inputs.put("imported", store.resolve(base + "imported/"));
    expected.put("imported", digest(digest("{}") + "  encoder.json\n"));

    RunSpec spec = spec(kind, store.resolve(base + "runs/" + kind.word() + "/"), inputs);
    assertEquals(ExitCodes.DONE, work(spec, store));
    Provenance provenance = read(store, spec.output());
    assertEquals(expected, provenance.inputs());
    RunDone marker =
        RunDone.parse(text(store, ArtifactStore.child(spec.output(), RunDone.FILE)), "DONE");
    assertEquals(expected, marker.identity().inputs());
    // Announced again from the store, without a second result.
    assertEquals(ExitCodes.DONE, work(spec, store));
    assertEquals(provenance, read(store, spec.output()));
  }

  private RunSpec spec(RunKind kind, URI output, Map<String, URI> inputs) {
    return new RunSpec(
        folder.getFileName().toString(),
        kind.word(),
        kind,
        1,
        inputs,
        LeastOptions.of(kind),
        output);
  }

  private static int work(RunSpec spec, ArtifactStore store) {
    Workload workload = context -> new Outcome.Done(Map.of());
    return new RunWorker(Map.of(spec.kind(), workload), Map.of("mococxr", "test"))
        .work(spec, List.of("mococxr"), store, new ConsoleRunReporter(spec.run()), () -> false);
  }

  private static URI write(ArtifactStore store, String path, String text) throws IOException {
    URI uri = store.resolve(path);
    store.write(uri, text.getBytes());
    assertTrue(store.exists(uri));
    return uri;
  }

  private static String digest(String text) {
    return Digests.sha256(text.getBytes());
  }

  private static String text(ArtifactStore store, URI uri) throws IOException {
    return new String(store.readBytes(uri));
  }

  private Provenance read(ArtifactStore store, URI run) throws IOException {
    Path copy = Files.createTempDirectory(folder, "run");
    store.copyTo(ArtifactStore.child(run, Provenance.FILE), copy.resolve(Provenance.FILE));
    return Provenance.read(copy);
  }
}

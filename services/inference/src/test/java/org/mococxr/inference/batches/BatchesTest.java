package org.mococxr.inference.batches;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.model.BusyException;
import org.mococxr.inference.model.Call;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.model.UnknownModelException;
import org.mococxr.inference.prediction.HeatMaps;
import org.mococxr.inference.prediction.Predictor;
import org.mococxr.inference.prediction.XrayFile;
import org.mococxr.inference.protocol.RefusedException;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.Configs;
import org.mococxr.inference.testing.Dicoms;
import org.mococxr.inference.testing.TinyNetwork;
import org.mococxr.inference.testing.WithoutKafka;
import org.mococxr.testkit.Pictures;

/** Jobs over folders of this machine, with the real ONNX Runtime. */
@QuarkusTest
@TestProfile(WithoutKafka.class)
class BatchesTest {
  private static final TinyNetwork BRIGHTNESS = TinyNetwork.brightness(8);

  /** A newer version that answers otherwise. */
  private static final TinyNetwork DARKNESS = new TinyNetwork(8, new float[] {-8}, new float[] {4});

  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Inject ModelRepository models;
  @Inject BundleLoader loader;
  @Inject Predictor predictor;

  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final List<Batches> replicas = new ArrayList<>();
  private Path input;
  private Path output;

  @BeforeEach
  void serve() throws IOException {
    input = Files.createDirectory(folder.resolve("in"));
    output = folder.resolve("out");
    serve("1", BRIGHTNESS);
  }

  private void serve(String version, TinyNetwork network) throws IOException {
    Bundle bundle = Bundle.write(folder.resolve("m" + version), "m", version, network);
    loader.load(bundle.uri(), Optional.empty(), models::serve);
  }

  @AfterEach
  void stop() {
    replicas.forEach(replica -> replica.stop(null));
    models.withdraw("m");
  }

  private Batches replica(ModelRepository repository, Map<String, String> settings) {
    Map<String, String> all = new java.util.HashMap<>(settings);
    all.putIfAbsent("batches.inputs", input.toUri().toString());
    all.putIfAbsent("batches.output", output.toUri().toString());
    all.putIfAbsent("batches.lease", "PT1S");
    Batches replica = new Batches(Configs.with(all), repository, loader, predictor, metrics);
    replicas.add(replica);
    return replica;
  }

  private Batches started(ModelRepository repository) {
    Batches replica = replica(repository, Map.of());
    replica.start(null);
    return replica;
  }

  private BatchRequest request(String name, Object... more) {
    var json = Json.MAPPER.createObjectNode();
    json.put("model", "m").put("input", input.toUri().toString()).put("output", name);
    for (int i = 0; i < more.length; i += 2) {
      json.set((String) more[i], Json.MAPPER.valueToTree(more[i + 1]));
    }
    return BatchRequest.of(json);
  }

  /** Flat pictures whose grey levels follow from their numbers. */
  private void pictures(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      Files.write(input.resolve("%04d.png".formatted(i)), Pictures.flat(9, 9, grey(i), "png"));
    }
  }

  private static int grey(int number) {
    return 20 + number % 200;
  }

  private static BatchView ended(Batches replica, BatchView job) {
    return await().atMost(SOON).until(() -> replica.get(job.id()), BatchView::ended);
  }

  private static BatchView completed(Batches replica, BatchView job) {
    BatchView end = ended(replica, job);
    assertEquals(BatchState.Phase.COMPLETED, end.progress().phase(), end.toString());
    return end;
  }

  private List<NamedCsvRecord> table(String name) throws IOException {
    try (Stream<NamedCsvRecord> rows =
        CsvReader.builder().ofNamedCsvRecord(output.resolve(name)).stream()) {
      return rows.toList();
    }
  }

  private static double probability(NamedCsvRecord row) {
    return Double.parseDouble(row.getField("Brightness"));
  }

  private void assertOneRowEach(String name, int count, TinyNetwork network, String version)
      throws IOException {
    List<NamedCsvRecord> rows = table(name);
    assertEquals(
        IntStream.range(0, count).mapToObj("%04d.png"::formatted).toList(),
        rows.stream().map(row -> row.getField("Study")).toList());
    for (int i = 0; i < count; i++) {
      assertEquals(network.probability(0, grey(i)), probability(rows.get(i)), 1e-6);
      assertEquals(version, rows.get(i).getField("Version"));
    }
  }

  @Test
  void aFolderBecomesATableWithARowForEachImageInItsOrder() throws IOException {
    pictures(150);
    Batches replica = started(models);
    BatchView job = replica.submit(request("tables/a.csv"));
    assertEquals(BatchState.Phase.QUEUED, job.progress().phase());
    BatchView end = completed(replica, job);
    assertEquals(150, end.progress().studies());
    assertEquals(150, end.progress().images());
    assertEquals(150, end.progress().done());
    assertEquals(0, end.progress().failed());
    assertOneRowEach("tables/a.csv", 150, BRIGHTNESS, "1");
    assertEquals(
        "Study,Patient,Images,Brightness,Brightness positive,Warnings,Model,Version,Provenance,"
            + "Error",
        Files.readAllLines(output.resolve("tables/a.csv")).getFirst());
    // The answer is the one that a request gets, provenance included.
    NamedCsvRecord row = table("tables/a.csv").get(7);
    byte[] picture = Files.readAllBytes(input.resolve("0007.png"));
    var same =
        predictor.predict(
            "m", List.of(new XrayFile("x", Optional.empty(), picture)), HeatMaps.NONE);
    assertEquals(same.provenance().id(), row.getField("Provenance"));
    assertEquals(same.findings().getFirst().probability(), probability(row));
    assertEquals(same.findings().getFirst().positive() ? "1" : "0", row.getField(4));
    assertEquals(String.join("; ", same.image().warnings()), row.getField("Warnings"));
    // Parts and plan are not needed any more; the table's folder holds nothing half-written.
    try (Stream<Path> left = Files.walk(output.resolve(".batches/work"))) {
      assertEquals(List.of(), left.filter(Files::isRegularFile).toList());
    }
    try (Stream<Path> tables = Files.list(output.resolve("tables"))) {
      assertEquals(List.of(output.resolve("tables/a.csv")), tables.toList());
    }
  }

  @Test
  void whatIsNoPictureIsARowWithItsReason() throws IOException {
    pictures(3);
    Files.writeString(input.resolve("0001.png"), "no picture");
    Files.write(input.resolve("0003.png"), new byte[0]);
    Files.write(input.resolve("0004.dcm"), Dicoms.flat(9, 9, 90));
    Batches replica = started(models);
    BatchView end = completed(replica, replica.submit(request("a.csv")));
    assertEquals(2, end.progress().failed());
    List<NamedCsvRecord> rows = table("a.csv");
    assertEquals(5, rows.size());
    for (int row : List.of(1, 3)) {
      assertTrue(rows.get(row).getField("Error").startsWith("000" + row + ".png"));
      assertEquals("", rows.get(row).getField("Brightness"));
      assertEquals("", rows.get(row).getField("Provenance"));
      assertEquals("1", rows.get(row).getField("Version"));
    }
    assertEquals("", rows.get(4).getField("Error"));
    assertEquals(BRIGHTNESS.probability(0, 90), probability(rows.get(4)), 1e-6);
    assertEquals(2, studies("failed"));
    assertEquals(3, studies("answered"));
  }

  private double studies(String outcome) {
    return metrics.get("mococxr.inference.batch.studies").tag("outcome", outcome).counter().count();
  }

  @Test
  void imagesOfOneFolderAreOneStudyWithTheMaximumOverItsViews() throws IOException {
    for (String view : List.of("p1/a.png", "p1/s1/b.png", "p1/z.png", "c.png")) {
      Path file = input.resolve(view);
      Files.createDirectories(file.getParent());
      Files.write(file, Pictures.flat(9, 9, view.charAt(view.length() - 5), "png"));
    }
    Batches replica = started(models);
    completed(
        replica,
        replica.submit(
            request("a.csv", "study", "folder", "columns", List.of("images", "probabilities"))));
    List<NamedCsvRecord> rows = table("a.csv");
    assertEquals(List.of("Study", "Images", "Brightness", "Error"), rows.getFirst().getHeader());
    assertEquals(
        List.of(". 1", "p1 2", "p1/s1 1"),
        rows.stream().map(row -> row.getField("Study") + " " + row.getField("Images")).toList());
    assertEquals(BRIGHTNESS.probability(0, 'z'), probability(rows.get(1)), 1e-6);
  }

  @Test
  void aManifestSaysStudiesAndPatients() throws IOException {
    pictures(4);
    Files.createDirectory(input.resolve("folder"));
    Path manifest = input.resolve("list.csv");
    Files.writeString(
        manifest,
        """
        Patient,Path,Study
        p1,0003.png,s2
        p1,0000.png,s1
        p1,0001.png,s2
        p2,%s,s3
        p2,missing.png,s4
        p2,folder,s5
        p2,0000.png/x,s6
        """
            .formatted(input.resolve("0002.png").toUri()));
    Batches replica = started(models);
    completed(replica, replica.submit(request("a.csv", "input", manifest.toUri().toString())));
    List<NamedCsvRecord> rows = table("a.csv");
    assertEquals(
        List.of("s2 p1 2", "s1 p1 1", "s3 p2 1", "s4 p2 1", "s5 p2 1", "s6 p2 1"),
        rows.stream()
            .map(r -> r.getField("Study") + " " + r.getField("Patient") + " " + r.getField(2))
            .toList());
    assertEquals(BRIGHTNESS.probability(0, grey(3)), probability(rows.get(0)), 1e-6);
    assertEquals("missing.png: is missing (a PNG, JPEG or DICOM file)", rows.get(3).getField(9));
    for (NamedCsvRecord row : rows.subList(4, 6)) {
      assertTrue(row.getField("Error").endsWith(": is no file (a PNG, JPEG or DICOM file)"));
    }
  }

  @Test
  void aManifestThatIsWrongFailsTheJobAndNamesTheLine() throws IOException {
    pictures(1);
    Batches replica = started(models);
    for (Map.Entry<String, String> wrong :
        Map.of(
                "image,study,patient\n0000.png,s,a\n0000.png,s,b\n", "line 3",
                "image\n../out/secret.png\n", "line 2",
                "image\nfile:///etc/hostname\n", "line 2",
                "image\nfile:///in/0000.png?v=1\n", "a path below the manifest's folder, or a URI",
                "picture\n0000.png\n", "names no image",
                "image\n", "no images")
            .entrySet()) {
      Path manifest = input.resolve("list.csv");
      Files.writeString(manifest, wrong.getKey());
      BatchView end =
          ended(replica, replica.submit(request("a.csv", "input", manifest.toUri().toString())));
      assertEquals(BatchState.Phase.FAILED, end.progress().phase());
      assertTrue(end.progress().reason().contains(wrong.getValue()), end.progress().reason());
      assertFalse(Files.exists(output.resolve("a.csv")));
    }
  }

  @Test
  void nothingIsReadOrWrittenOutsideOfTheConfiguredFolders() throws IOException {
    Files.createSymbolicLink(input.resolve("link"), folder);
    Batches replica = replica(models, Map.of());
    for (String elsewhere :
        List.of(
            "file:///etc/",
            input.toUri() + "../m1/",
            input.toUri() + "%2e%2e/m1/",
            input.toUri() + "link/m1/",
            input.toUri() + "#1/",
            folder.toUri().toString(),
            input.toUri().toString().replace("/in/", "/in-other/"),
            "s3://bucket/",
            "http://example.org/",
            "file:relative",
            "in",
            "::")) {
      assertThrows(
          UserErrorException.class,
          () -> replica.submit(request("a.csv", "input", elsewhere)),
          elsewhere);
    }
    Files.createDirectories(output);
    Files.createSymbolicLink(output.resolve("link"), input);
    for (String elsewhere :
        List.of(
            "../a.csv",
            "x/../../a.csv",
            "x//a.csv",
            "link/a.csv",
            ".batches/a.csv",
            "a.txt",
            "file:///tmp/a.csv",
            "s3://bucket/a.csv")) {
      assertThrows(UserErrorException.class, () -> replica.submit(request(elsewhere)), elsewhere);
    }
    assertEquals(List.of(), replica.list());
    // Pictures behind a link are not found either.
    Files.write(folder.resolve("m1/secret.png"), Pictures.flat(9, 9, 9, "png"));
    replica.start(null);
    BatchView end = ended(replica, replica.submit(request("b.csv")));
    assertEquals(BatchState.Phase.FAILED, end.progress().phase());
  }

  @Test
  void whatCannotBeDoneIsRefusedAtOnce() throws IOException {
    pictures(1);
    Batches replica = replica(models, Map.of("batches.jobs", "2"));
    assertThrows(
        UnknownModelException.class, () -> replica.submit(request("a.csv", "model", "other")));
    for (Object[] wrong :
        new Object[][] {
          {"format", "parquet"},
          {"columns", List.of("names")},
          {"study", "manifest"},
          {"study", "patient"},
          {"study", 1},
          {"columns", List.of(2)},
          {"colums", List.of()},
          {"output", 7},
          {"model", ""}
        }) {
      assertThrows(UserErrorException.class, () -> request("a.csv", wrong), wrong[0].toString());
    }
    replica.submit(request("a.csv"));
    // Another job must not write the same table.
    assertThrows(UserErrorException.class, () -> replica.submit(request("a.csv")));
    replica.submit(request("b.csv"));
    assertThrows(BusyException.class, () -> replica.submit(request("c.csv")));
    replica.start(null);
    replica.list().forEach(job -> completed(replica, job));
    assertThrows(UserErrorException.class, () -> replica.submit(request("a.csv")));
    assertThrows(RefusedException.class, () -> replica.get("20260101-000000000-00000000"));
    assertThrows(RefusedException.class, () -> replica.get("../../x"));
  }

  @Test
  void aRestartGoesOnAfterThePartsThatAreKept() throws IOException {
    pictures(200);
    GatedModels gate = new GatedModels(models, 150);
    Batches first = started(gate);
    BatchView job = first.submit(request("a.csv"));
    await().atMost(SOON).until(() -> first.get(job.id()).progress().done() == 128);
    await().atMost(SOON).until(() -> gate.calls().size() > 150);
    first.stop(null);
    assertFalse(Files.exists(output.resolve("a.csv")));
    GatedModels seen = new GatedModels(models, GatedModels.ALL);
    Batches second = started(seen);
    assertEquals(128, second.get(job.id()).progress().done());
    completed(second, job);
    assertEquals(200 - 128, seen.calls().size());
    assertOneRowEach("a.csv", 200, BRIGHTNESS, "1");
  }

  @Test
  void whatAnEndingServiceBreaksFailsNoJob() throws Exception {
    pictures(3);
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch ending = new CountDownLatch(1);
    ModelRepository broken =
        new GatedModels(models, 0) {
          @Override
          public Lease lease(String name, Optional<String> version) {
            if (version.isEmpty()) {
              return super.lease(name, version); // the submission's
            }
            asked.countDown();
            boolean interrupted = false;
            while (!interrupted) {
              try {
                ending.await();
              } catch (InterruptedException e) {
                interrupted = true;
              }
            }
            throw new IllegalStateException("the session is closed");
          }
        };
    Batches first = started(broken);
    BatchView job = first.submit(request("a.csv"));
    asked.await();
    first.stop(null);
    assertEquals(BatchState.Phase.QUEUED, first.get(job.id()).progress().phase());
    completed(started(models), job);
    assertOneRowEach("a.csv", 3, BRIGHTNESS, "1");
  }

  @Test
  void theVersionStaysForTheWholeJobWhateverIsPublishedAndRestarted() throws IOException {
    pictures(100);
    GatedModels gate = new GatedModels(models, 70);
    Batches first = started(gate);
    BatchView job = first.submit(request("a.csv"));
    BatchView queued = first.submit(request("b.csv"));
    await().atMost(SOON).until(() -> first.get(job.id()).progress().done() == 64);
    serve("2", DARKNESS);
    BatchView next = first.submit(request("c.csv"));
    first.stop(null);
    Batches second = started(models);
    for (BatchView each : List.of(job, queued, next)) {
      completed(second, each);
    }
    assertOneRowEach("a.csv", 100, BRIGHTNESS, "1");
    assertOneRowEach("b.csv", 100, BRIGHTNESS, "1");
    assertOneRowEach("c.csv", 100, DARKNESS, "2");
  }

  @Test
  void aJobIsCancelledWhereverItIs() throws IOException {
    pictures(100);
    GatedModels gate = new GatedModels(models, 70);
    Batches working = started(gate);
    Batches other = replica(models, Map.of());
    BatchView job = other.submit(request("a.csv"));
    BatchView queued = other.submit(request("b.csv"));
    await().atMost(SOON).until(() -> other.get(job.id()).progress().done() == 64);
    other.cancel(queued.id());
    other.cancel(job.id());
    assertEquals(BatchState.Phase.CANCELLED, ended(other, job).progress().phase());
    assertEquals(BatchState.Phase.CANCELLED, ended(other, queued).progress().phase());
    assertFalse(Files.exists(output.resolve("a.csv")));
    // Their names are free, and what has ended can be forgotten.
    gate.allow(GatedModels.ALL);
    await()
        .atMost(SOON)
        .until(() -> !Files.exists(output.resolve(".batches/leases/" + job.id() + "/00000001")));
    completed(working, other.submit(request("a.csv")));
    other.cancel(job.id());
    assertThrows(RefusedException.class, () -> other.get(job.id()));
    assertEquals(2, other.list().size());
  }

  @Test
  void severalReplicasShareTheJobs() throws IOException {
    pictures(80);
    GatedModels one = new GatedModels(models, GatedModels.ALL);
    GatedModels two = new GatedModels(models, GatedModels.ALL);
    Batches first = started(one);
    Batches second = started(two);
    List<BatchView> jobs =
        IntStream.range(0, 6).mapToObj(i -> first.submit(request(i + ".csv"))).toList();
    for (BatchView job : jobs) {
      completed(second, job);
    }
    for (int i = 0; i < 6; i++) {
      assertOneRowEach(i + ".csv", 80, BRIGHTNESS, "1");
    }
    // Nothing was computed twice.
    assertEquals(6 * 80, one.calls().size() + two.calls().size());
  }

  @Test
  void theJobOfAReplicaThatWasKilledIsTakenOver() throws IOException {
    pictures(70);
    BatchView job = replica(models, Map.of()).submit(request("a.csv"));
    ArtifactStore store = ArtifactStore.open(output.toUri());
    BatchStore kept = new BatchStore(store, output.toUri());
    // What a replica leaves that has begun and neither ends nor shows that it is alive.
    Duration silence = Duration.ofSeconds(1);
    new BatchLeases(store, kept.folder("leases"), silence, System::nanoTime)
        .take(job.id())
        .orElseThrow();
    kept.save(job.id(), BatchState.queued().in(BatchState.Phase.RUNNING, null));
    long begin = System.nanoTime();
    completed(started(models), job);
    assertTrue(System.nanoTime() - begin > silence.toNanos());
    assertOneRowEach("a.csv", 70, BRIGHTNESS, "1");
  }

  @Test
  void requestsGoFirst() throws IOException {
    pictures(70);
    GatedModels gate = new GatedModels(models, GatedModels.ALL);
    Batches replica = started(gate);
    completed(replica, replica.submit(request("a.csv")));
    assertTrue(gate.calls().stream().allMatch(call -> call.priority() == Call.PRIORITIES));
    assertTrue(Call.PRIORITIES > Call.DEFAULT_PRIORITY);
  }

  @Test
  void bothFoldersAreConfiguredOrNone() {
    UserErrorException e =
        assertThrows(
            UserErrorException.class,
            () ->
                new Batches(
                    Configs.with(Map.of("batches.output", output.toUri().toString())),
                    models,
                    loader,
                    predictor,
                    metrics));
    assertEquals("mococxr.inference.batches.inputs", e.location());
    assertThrows(
        UserErrorException.class,
        () -> replica(models, Map.of("batches.inputs", URI.create("http://x/").toString())));
  }
}

package org.mococxr.inference.batches;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.Json;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.prediction.Predictor;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.Configs;
import org.mococxr.inference.testing.TinyNetwork;
import org.mococxr.testkit.Pictures;

/** Jobs over folders of this machine, with the real ONNX Runtime. */
abstract class LocalBatches {
  static final TinyNetwork BRIGHTNESS = TinyNetwork.brightness(8);

  /** A newer version that answers otherwise. */
  static final TinyNetwork DARKNESS = new TinyNetwork(8, new float[] {-8}, new float[] {4});

  static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Inject ModelRepository models;
  @Inject BundleLoader loader;
  @Inject Predictor predictor;

  final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final List<Batches> replicas = new ArrayList<>();
  Path input;
  Path output;

  @BeforeEach
  void serve() throws IOException {
    input = Files.createDirectory(folder.resolve("in"));
    output = folder.resolve("out");
    serve("1", BRIGHTNESS);
  }

  void serve(String version, TinyNetwork network) throws IOException {
    Bundle bundle = Bundle.write(folder.resolve("m" + version), "m", version, network);
    loader.load(bundle.uri(), Optional.empty(), models::serve);
  }

  @AfterEach
  void stop() {
    replicas.forEach(replica -> replica.stop(null));
    models.withdraw("m");
  }

  Batches replica(ModelRepository repository, Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.putIfAbsent("batches.inputs", input.toUri().toString());
    all.putIfAbsent("batches.output", output.toUri().toString());
    all.putIfAbsent("batches.lease", "PT1S");
    Batches replica = new Batches(Configs.with(all), repository, loader, predictor, metrics);
    replicas.add(replica);
    return replica;
  }

  Batches started(ModelRepository repository) {
    Batches replica = replica(repository, Map.of());
    replica.start(null);
    return replica;
  }

  BatchRequest request(String name, Object... more) {
    var json = Json.MAPPER.createObjectNode();
    json.put("model", "m").put("input", input.toUri().toString()).put("output", name);
    for (int i = 0; i < more.length; i += 2) {
      json.set((String) more[i], Json.MAPPER.valueToTree(more[i + 1]));
    }
    return BatchRequest.of(json);
  }

  /** Flat pictures whose grey levels follow from their numbers. */
  void pictures(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      Files.write(input.resolve("%04d.png".formatted(i)), Pictures.flat(9, 9, grey(i), "png"));
    }
  }

  static int grey(int number) {
    return 20 + number % 200;
  }

  static BatchView ended(Batches replica, BatchView job) {
    return await().atMost(SOON).until(() -> replica.get(job.id()), BatchView::ended);
  }

  static BatchView completed(Batches replica, BatchView job) {
    BatchView end = ended(replica, job);
    assertEquals(BatchState.Phase.COMPLETED, end.progress().phase(), end.toString());
    return end;
  }

  List<NamedCsvRecord> table(String name) throws IOException {
    try (Stream<NamedCsvRecord> rows =
        CsvReader.builder().ofNamedCsvRecord(output.resolve(name)).stream()) {
      return rows.toList();
    }
  }

  static double probability(NamedCsvRecord row) {
    return Double.parseDouble(row.getField("Brightness"));
  }

  void assertOneRowEach(String name, int count, TinyNetwork network, String version)
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
}

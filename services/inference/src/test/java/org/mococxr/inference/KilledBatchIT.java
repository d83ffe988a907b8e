package org.mococxr.inference;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.Json;
import org.mococxr.inference.testing.BatchApi;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.PackagedService;
import org.mococxr.inference.testing.TinyNetwork;
import org.mococxr.testkit.LocalProcess;
import org.mococxr.testkit.Pictures;

/**
 * The packaged service is killed in the middle of a batch job, twice.
 *
 * <ol>
 *   <li>A job over a folder of pictures is at work when the process is killed. Its table is not
 *       there.
 *   <li>Another process with the same folders knows how far the job was and goes on with it, until
 *       it is killed, too.
 *   <li>A third one ends the job. The table has each picture once, in order, with its probability.
 *       Nothing is left of the work.
 * </ol>
 */
class KilledBatchIT {
  private static final int SIZE = 8;
  private static final int PICTURES = 1500;
  private static final int KILLS = 2;

  /** More than the rows that are kept together. */
  private static final int STUDIES_BETWEEN = 200;

  private static final TinyNetwork NETWORK = TinyNetwork.brightness(SIZE);

  @TempDir Path folder;

  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void aJobWhoseProcessIsKilledEndsWithEachPictureOnce() throws Exception {
    Path input = Files.createDirectory(folder.resolve("in"));
    Path output = Files.createDirectory(folder.resolve("out"));
    for (int i = 0; i < PICTURES; i++) {
      Files.write(input.resolve(name(i)), Pictures.flat(9, 9, grey(i), "png"));
    }
    Map<String, String> settings =
        Map.of(
            "MOCOCXR_INFERENCE_PUBLICATIONS_ENABLED",
            "false",
            "MOCOCXR_INFERENCE_BUNDLES",
            Bundle.write(folder.resolve("m"), "m", "1", NETWORK).uri().toString(),
            "MOCOCXR_INFERENCE_CACHE_FOLDER",
            folder.resolve("cache").toString(),
            "MOCOCXR_INFERENCE_BATCHES_INPUTS",
            input.toUri().toString(),
            "MOCOCXR_INFERENCE_BATCHES_OUTPUT",
            output.toUri().toString(),
            "MOCOCXR_INFERENCE_BATCHES_LEASE",
            "PT1S");
    Path table = output.resolve("table.csv");
    String id = null;
    int done = 0;
    for (int life = 0; life <= KILLS; life++) {
      try (LocalProcess service = PackagedService.start(settings, folder.resolve("log" + life))) {
        BatchApi jobs = new BatchApi(client, service.address());
        if (id == null) {
          id = submitted(jobs, input);
        }
        int before = done;
        assertTrue(done(jobs, id) >= before, "what was told as done is kept");
        if (life < KILLS) {
          String job = id;
          await()
              .pollInterval(Duration.ofMillis(20))
              .atMost(Duration.ofMinutes(6))
              .until(() -> done(jobs, job) >= before + STUDIES_BETWEEN);
          done = done(jobs, id);
          service.kill();
          assertFalse(Files.exists(table), "the job ended before the service was killed");
        } else {
          JsonNode end = ended(jobs, id);
          assertEquals("completed", end.get("phase").asText(), end.toString());
          assertEquals(PICTURES, end.get("done").asInt());
          assertEquals(0, end.get("failed").asInt(), Files.readAllLines(table).get(1));
          requireEachOnce(table);
          jobs.forgetAll(output);
        }
      }
    }
    try (Stream<Path> left = Files.list(output)) {
      assertEquals(List.of(output.resolve(".batches"), table), left.sorted().toList());
    }
  }

  private static String name(int number) {
    return "%04d.png".formatted(number);
  }

  private static int grey(int number) {
    return 20 + number % 200;
  }

  private static String submitted(BatchApi jobs, Path input) throws Exception {
    Map<String, String> job =
        Map.of("model", "m", "input", input.toUri().toString(), "output", "table.csv");
    HttpResponse<String> answer = jobs.submit(Json.line(job).getBytes());
    assertEquals(202, answer.statusCode(), answer.body());
    return Json.MAPPER.readTree(answer.body()).get("id").asText();
  }

  private static int done(BatchApi jobs, String id) throws Exception {
    return jobs.job("GET", id).get("done").asInt();
  }

  private static JsonNode ended(BatchApi jobs, String id) {
    return await()
        .atMost(Duration.ofMinutes(6))
        .until(
            () -> jobs.job("GET", id),
            job -> List.of("completed", "failed", "cancelled").contains(job.get("phase").asText()));
  }

  private static void requireEachOnce(Path table) throws IOException {
    try (Stream<NamedCsvRecord> records = CsvReader.builder().ofNamedCsvRecord(table).stream()) {
      List<NamedCsvRecord> rows = records.toList();
      assertEquals(
          IntStream.range(0, PICTURES).mapToObj(KilledBatchIT::name).toList(),
          rows.stream().map(row -> row.getField("Study")).toList());
      for (int i = 0; i < PICTURES; i++) {
        double probability = Double.parseDouble(rows.get(i).getField("Brightness"));
        assertEquals(NETWORK.probability(0, grey(i)), probability, 1e-6);
      }
    }
  }
}

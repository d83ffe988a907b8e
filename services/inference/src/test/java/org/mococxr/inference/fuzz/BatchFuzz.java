package org.mococxr.inference.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.mococxr.foundation.Json;
import org.mococxr.inference.testing.BatchApi;
import org.mococxr.inference.testing.WithBatches;
import org.mococxr.testkit.Pictures;

/** Requests about batch jobs, damaged and whole, and what is left of the jobs that they make. */
final class BatchFuzz {
  private static final Path INPUT = WithBatches.input("fuzz");
  private static final List<String> METHODS =
      List.of("GET", "GET", "GET", "DELETE", "HEAD", "POST", "PUT", "PATCH", "OPTIONS");
  private static final List<String> NO_IDS =
      List.of(
          "x", ".", "..", "../jobs", "", "20260101-000000000-00000000", "\0", "\n", "😀", "%", "?");

  /** Few: most jobs are refused since their table is there, or is being made. */
  private static final int NAMES = 12;

  private final HttpClient client;
  private final URI address;
  private final BatchApi jobs;
  private final List<String> ids = new ArrayList<>(NO_IDS);

  BatchFuzz(HttpClient client, URI address) throws IOException {
    this.client = client;
    this.address = address;
    this.jobs = new BatchApi(client, address);
    Files.createDirectories(INPUT.resolve("folder"));
    StringBuilder manifest = new StringBuilder("image,study,patient\n");
    for (String name : List.of("a.png", "b.png", "folder/c.png")) {
      Files.write(INPUT.resolve(name), Pictures.of(9, 9, "png", (x, y) -> 20 * x + y));
      manifest.append(name).append(",s,p\n");
    }
    Files.writeString(INPUT.resolve("list.csv"), manifest);
    Files.writeString(INPUT.resolve("no.png"), "no picture");
  }

  /**
   * Sends one.
   *
   * @return the answer's status
   */
  int next(Random random) throws IOException, InterruptedException {
    return switch (random.nextInt(8)) {
      case 0 -> submit(seed(random));
      case 1, 2, 3 -> submit(FuzzSeeds.damaged(seed(random), random));
      case 4 -> ask("GET", "");
      case 5 -> leave(id(random));
      default -> ask(METHODS.get(random.nextInt(METHODS.size())), "/" + id(random));
    };
  }

  private static byte[] seed(Random random) {
    List<String> bodies =
        FuzzSeeds.jobs(
            WithBatches.folder(INPUT).toString(), "fuzz-" + random.nextInt(NAMES) + ".csv");
    return bodies.get(random.nextInt(bodies.size())).getBytes(StandardCharsets.UTF_8);
  }

  private int submit(byte[] body) throws IOException, InterruptedException {
    HttpResponse<String> answer = jobs.submit(body);
    if (answer.statusCode() == 202) {
      ids.add(Json.MAPPER.readTree(answer.body()).get("id").asText());
    }
    if (answer.statusCode() >= 500) {
      System.out.println(new String(body, StandardCharsets.UTF_8) + "\n" + answer.body());
    }
    return answer.statusCode();
  }

  /** One that is known, was known or never was; sometimes with more behind it. */
  private String id(Random random) {
    String id = ids.get(random.nextInt(ids.size()));
    String end = List.of("", "", "", "a", "0".repeat(3000)).get(random.nextInt(5));
    return URLEncoder.encode(id + end, StandardCharsets.UTF_8);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(address.resolve("/v1/batches") + path))
        .timeout(Duration.ofSeconds(30));
  }

  private int ask(String method, String path) throws IOException, InterruptedException {
    HttpRequest request =
        request(path).method(method, HttpRequest.BodyPublishers.ofString("{}")).build();
    return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  /** Follows a job and goes away after the first byte. */
  private int leave(String id) throws IOException, InterruptedException {
    HttpResponse<InputStream> events =
        client.send(
            request("/" + id + "/events").build(), HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = events.body()) {
      body.read();
    }
    return events.statusCode();
  }

  /**
   * Each finished job has a whole table in CSV; nothing but the tables is left when all are
   * forgotten.
   */
  void nothingIsLeft() throws IOException, InterruptedException {
    int completed = 0;
    for (JsonNode job : jobs.list()) {
      boolean csv = job.get("format").asText().equals("csv");
      if (csv && job.get("phase").asText().equals("completed")) {
        Path table = Path.of(URI.create(job.get("output").asText()));
        try (Stream<CsvRecord> rows = CsvReader.builder().ofCsvRecord(table).stream()) {
          assertEquals(1 + job.get("studies").asInt(), rows.count(), job.toString());
        }
        completed++;
      }
    }
    assertTrue(completed > 0, "no job was completed");
    jobs.forgetAll(WithBatches.OUTPUT);
  }
}

package org.mococxr.inference.testing;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.mococxr.foundation.Json;

/** Batch jobs as a client of the service asks for them. */
public final class BatchApi {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final HttpClient client;
  private final URI batches;

  public BatchApi(HttpClient client, URI service) {
    this.client = client;
    this.batches = service.resolve("/v1/batches");
  }

  public HttpResponse<String> submit(byte[] body) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(batches)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .timeout(Duration.ofSeconds(120))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  /** A job's answer to GET or DELETE. */
  public JsonNode job(String method, String id) throws IOException, InterruptedException {
    return answer(method, URI.create(batches + "/" + id));
  }

  public List<JsonNode> list() throws IOException, InterruptedException {
    List<JsonNode> jobs = new ArrayList<>();
    answer("GET", batches).forEach(jobs::add);
    return jobs;
  }

  private JsonNode answer(String method, URI address) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .timeout(Duration.ofSeconds(120))
            .build();
    HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    assertEquals(200, answer.statusCode(), answer.body());
    return Json.MAPPER.readTree(answer.body());
  }

  /**
   * Cancels and forgets all jobs, of which nothing is left then but their tables.
   *
   * @param output where they write
   */
  public void forgetAll(Path output) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              for (JsonNode job : list()) {
                job("DELETE", job.get("id").asText());
              }
              return list().isEmpty();
            });
    awaitNothingLeft(output);
  }

  /** Waits until nothing is kept of any job in the folder where they write. */
  public static void awaitNothingLeft(Path output) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions() // what is removed while it is listed
        .untilAsserted(() -> assertEquals(List.of(), left(output)));
  }

  private static List<Path> left(Path output) throws IOException {
    Path kept = output.resolve(".batches");
    try (Stream<Path> files = Files.walk(kept)) {
      return files.map(kept::relativize).filter(path -> path.getNameCount() > 1).toList();
    }
  }
}

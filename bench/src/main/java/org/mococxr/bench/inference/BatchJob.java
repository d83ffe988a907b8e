package org.mococxr.bench.inference;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.mococxr.foundation.Json;

/** A batch job of the service that goes on for as long as something else is measured. */
final class BatchJob {
  /** More than the service computes during a measurement. */
  private static final int STUDIES = 100_000;

  private static final int PATIENCE = 600;

  private final URI batches;
  private final Path manifest;
  private final ServiceStatistics statistics;
  private final HttpClient client = HttpClient.newHttpClient();
  private int jobs;
  private long images;
  private double seconds;

  /**
   * A job over one picture, again and again.
   *
   * @param input below which the service may read
   */
  BatchJob(URI service, Path input, byte[] png) throws IOException {
    this.batches = service.resolve("/v1/batches");
    this.statistics = new ServiceStatistics(service, BenchBundle.NAME);
    this.manifest = input.resolve("studies.csv");
    Files.write(input.resolve("picture.png"), png);
    StringBuilder text = new StringBuilder("image,study\n");
    for (int i = 0; i < STUDIES; i++) {
      text.append("picture.png,").append(i).append('\n');
    }
    Files.writeString(manifest, text);
  }

  /** Measures beside a job, which has begun before and is cancelled after. */
  <T> T beside(Supplier<T> measurement) {
    try {
      HttpRequest.BodyPublisher wanted =
          HttpRequest.BodyPublishers.ofString(
              Json.MAPPER
                  .createObjectNode()
                  .put("model", BenchBundle.NAME)
                  .put("input", manifest.toUri().toString())
                  .put("output", "bench-" + ++jobs + ".csv")
                  .toString());
      String id = ask(HttpRequest.newBuilder(batches).POST(wanted)).path("id").asText();
      URI job = URI.create(batches + "/" + id);
      await(job, "running");
      long before = statistics.computedForJobs();
      long begin = System.nanoTime();
      T result = measurement.get();
      images += statistics.computedForJobs() - before;
      seconds += (System.nanoTime() - begin) / 1e9;
      ask(HttpRequest.newBuilder(job).DELETE());
      await(job, "cancelled");
      return result;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void await(URI job, String phase) throws IOException, InterruptedException {
    for (int tenths = 0; tenths < PATIENCE; tenths++) {
      if (ask(HttpRequest.newBuilder(job)).path("phase").asText().equals(phase)) {
        return;
      }
      Thread.sleep(100);
    }
    throw new IllegalStateException("the batch job is not " + phase);
  }

  private JsonNode ask(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    if (answer.statusCode() >= 300) {
      throw new IllegalStateException(new String(answer.body()));
    }
    return Json.MAPPER.readTree(answer.body());
  }

  /** Images of jobs in a second, beside the measurements. */
  double perSecond() {
    return images / seconds;
  }
}

package org.mococxr.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.broker.EmbeddedKafka;
import org.mococxr.events.ModelPublished;
import org.mococxr.foundation.Json;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.PackagedService;
import org.mococxr.inference.testing.Publisher;
import org.mococxr.inference.testing.SteadyLoad;
import org.mococxr.inference.testing.TinyNetwork;
import org.mococxr.testkit.LocalProcess;
import org.mococxr.testkit.Pictures;

/**
 * A model is published again and again while it is asked.
 *
 * <ol>
 *   <li>The packaged service serves version 1; how many requests a second it answers is measured.
 *   <li>At 80 % of that rate, a version is published every second, 20 in all. Each of them has
 *       another network.
 *   <li>Every request is answered, by the network of the version that the answer names; no client
 *       sees an older version after a newer one; and the last version is served in the end.
 * </ol>
 *
 * <p>With the property {@code mococxr.soak} (seconds; {@code make soak-inference}) it goes on for
 * that long at full rate, with a version every six seconds, and the memory that the process holds
 * in the last quarter is within 5 % of that in the second.
 */
class ReloadIT {
  private static final int SIZE = 16;
  private static final int GREY = 120;
  private static final int CLIENTS = 4;
  private static final int SOAK = Integer.getInteger("mococxr.soak", 0);
  private static final int SWITCHES = Math.max(20, SOAK / 6);

  private final byte[] png = Pictures.flat(24, 24, GREY, "png");
  private final byte[] tensor = tensor();

  @TempDir Path folder;

  @Test
  @Timeout(value = 60, unit = TimeUnit.MINUTES)
  void everyRequestIsAnsweredByTheVersionThatItsAnswerNames() throws Exception {
    try (EmbeddedKafka broker = EmbeddedKafka.open(folder.resolve("kafka"));
        Publisher publisher = new Publisher(broker.bootstrapServers())) {
      publish(publisher, 1);
      Path log = folder.resolve("log");
      Map<String, String> settings =
          Map.of(
              "KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers(),
              "MOCOCXR_INFERENCE_CACHE_FOLDER", folder.resolve("cache").toString());
      try (LocalProcess service =
              PackagedService.start(settings, log, "-Xms256m", "-XX:+AlwaysPreTouch");
          SteadyLoad load =
              new SteadyLoad(service.address(), CLIENTS, this::request, ReloadIT::check)) {
        load.start(0);
        Thread.sleep(3000);
        double capacity = load.perSecond(Duration.ofSeconds(3));
        load.rate(SOAK > 0 ? 0 : 0.8 * capacity);
        List<Long> memory = new ArrayList<>();
        long pause = SOAK > 0 ? 1000L * SOAK / SWITCHES : 1000;
        for (int version = 2; version <= SWITCHES + 1; version++) {
          publish(publisher, version);
          Thread.sleep(pause);
          load.requireUnbroken();
          memory.add(residentKib(service.process()));
        }
        Duration work = service.process().info().totalCpuDuration().orElseThrow();
        int answers = load.stop(Integer.toString(SWITCHES + 1));
        System.out.printf(
            "%d answers, %.2f ms of processor time each, %d switches, resident %d to %d MiB%n",
            answers,
            (double) work.toMillis() / answers,
            SWITCHES,
            memory.stream().mapToLong(k -> k).min().orElse(0) >> 10,
            memory.stream().mapToLong(k -> k).max().orElse(0) >> 10);
        if (SOAK > 0) {
          requireFlat(memory);
        }
      }
    }
  }

  private void publish(Publisher publisher, int version) throws IOException {
    Path place = folder.resolve("bundles/" + version);
    String name = Integer.toString(version);
    Bundle bundle = Bundle.write(place, "m", name, network(version));
    publisher.send(new ModelPublished("e", "m", name, bundle.uri(), bundle.digest()));
  }

  private static TinyNetwork network(int version) {
    return new TinyNetwork(SIZE, new float[] {8}, new float[] {-4 + 0.03f * (version % 100)});
  }

  /** By turns a picture as people send it and a tensor as programs do. */
  private SteadyLoad.Request request(int number) {
    if (number % 2 == 0) {
      return new SteadyLoad.Request("/v1/models/m/predict", png, ReloadIT::ofPeople);
    }
    return new SteadyLoad.Request("/v2/models/m/infer", tensor, ReloadIT::ofPrograms);
  }

  private static byte[] tensor() {
    int[] levels = new int[SIZE * SIZE];
    Arrays.fill(levels, GREY);
    String json =
        "{\"inputs\": [{\"name\": \"image\", \"datatype\": \"UINT8\", \"shape\": [1, 1, %d, %d],"
            + " \"data\": %s}], \"outputs\": [{\"name\": \"probabilities\"}]}";
    return json.formatted(SIZE, SIZE, Arrays.toString(levels)).getBytes();
  }

  private static SteadyLoad.Seen ofPeople(byte[] answer) throws IOException {
    JsonNode json = Json.MAPPER.readTree(answer);
    double probability = json.path("findings").path(0).path("probability").asDouble();
    return new SteadyLoad.Seen(json.path("version").asText(), probability);
  }

  private static SteadyLoad.Seen ofPrograms(byte[] answer) throws IOException {
    JsonNode json = Json.MAPPER.readTree(answer);
    double probability = json.path("outputs").path(0).path("data").path(0).asDouble();
    return new SteadyLoad.Seen(json.path("model_version").asText(), probability);
  }

  private static void check(SteadyLoad.Seen before, SteadyLoad.Seen now) {
    int version = Integer.parseInt(now.version());
    assertEquals(
        network(version).probability(0, GREY), now.probability(), 1e-5, "version " + version);
    assertTrue(
        before == null || version >= Integer.parseInt(before.version()),
        () -> version + " after " + before.version());
  }

  private static long residentKib(Process process) throws IOException {
    Path status = Path.of("/proc/" + process.pid() + "/status");
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow();
  }

  private static void requireFlat(List<Long> memory) {
    double second = median(memory.subList(memory.size() / 4, memory.size() / 2));
    double last = median(memory.subList(3 * memory.size() / 4, memory.size()));
    System.out.printf("resident in the second quarter %.0f KiB, in the last %.0f%n", second, last);
    assertTrue(Math.abs(last / second - 1) <= 0.05, memory.toString());
  }

  private static double median(List<Long> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }
}

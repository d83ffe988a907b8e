package org.mococxr.local.process;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.mococxr.foundation.Ports;
import org.mococxr.local.work.Installation;
import org.mococxr.local.work.RunningServices;
import org.mococxr.local.work.WorkFolder;

/** The three services as the supervisor starts them, for a Kafka that is not its own. */
public final class StartedServices implements AutoCloseable {
  /** A service that cannot reach its broker for a while writes fewer entries than this. */
  private static final int MOST_ENTRIES = 60;

  private static final Duration POLL = Duration.ofMillis(200);

  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private final Map<String, ServiceDefinition> definitions = new LinkedHashMap<>();
  private final RunningServices running;

  private StartedServices(RunningServices running) {
    this.running = running;
  }

  /**
   * Returns at once: Kafka may not be there yet.
   *
   * @param environment more variables, such as those of TLS and SASL
   */
  public static StartedServices start(
      Installation installation,
      WorkFolder work,
      String bootstrapServers,
      Map<String, String> environment)
      throws IOException {
    List<String> names = new ArrayList<>(Services.NAMES);
    names.add(Services.MANAGEMENT);
    List<Integer> free = Ports.free(names.size());
    Map<String, Integer> ports = new LinkedHashMap<>();
    names.forEach(name -> ports.put(name, free.get(ports.size())));
    StartedServices started =
        new StartedServices(
            new RunningServices(
                UUID.randomUUID().toString(),
                ProcessHandle.current().pid(),
                Instant.now(),
                true,
                bootstrapServers,
                work.artifacts().toUri(),
                ports));
    for (ServiceDefinition one : new Services(installation, work, started.running).definitions()) {
      Map<String, String> all = new LinkedHashMap<>(one.environment());
      all.putAll(environment);
      ServiceDefinition definition =
          new ServiceDefinition(one.name(), one.command(), all, one.ready(), one.log());
      started.definitions.put(one.name(), definition);
      ServiceProcess.start(definition);
    }
    return started;
  }

  /** Addresses of what runs. */
  public RunningServices running() {
    return running;
  }

  /**
   * What a service's readiness check says.
   *
   * @param status HTTP's; 0 while nobody answers
   */
  public record Readiness(int status, String body) {}

  /** Asks a service whether it can work. */
  public Readiness readiness(String service) throws InterruptedException {
    URI address = definitions.get(service).ready();
    HttpRequest question = HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(5)).build();
    try {
      HttpResponse<String> answer = client.send(question, HttpResponse.BodyHandlers.ofString());
      return new Readiness(answer.statusCode(), answer.body());
    } catch (IOException e) {
      return new Readiness(0, e.toString());
    }
  }

  /** Waits until a service says that it cannot work, and why. */
  public void awaitNotReady(String service, String reason, Duration bound) {
    await(service + ": " + reason)
        .atMost(bound)
        .pollInterval(POLL)
        .until(
            () -> readiness(service),
            answer -> answer.status() == 503 && answer.body().contains(reason));
  }

  /** Waits until every service says that it can work. */
  public void awaitReady(Duration bound) {
    for (String service : Services.NAMES) {
      await(service)
          .atMost(bound)
          .pollInterval(POLL)
          .until(() -> readiness(service), answer -> answer.status() == 200);
    }
  }

  /** No service has written much, or a stack trace, however long it could not reach Kafka. */
  public void requireFewWords() throws IOException {
    for (String service : Services.NAMES) {
      List<String> entries =
          Pattern.compile("(?m)^(?=\\d{4}-\\d\\d-\\d\\d )")
              .splitAsStream(Files.readString(definitions.get(service).log()))
              .filter(entry -> !entry.contains("BlockedThreadChecker")) // of a busy machine
              .toList();
      assertTrue(entries.size() < MOST_ENTRIES, service + ": " + entries);
      for (String entry : entries) {
        assertFalse(entry.contains("\tat "), service + " shows a stack trace: " + entry);
      }
    }
  }

  /** Stops all, trainers included. */
  @Override
  public void close() {
    Processes.stopSession(running.session(), Duration.ofSeconds(15));
  }
}

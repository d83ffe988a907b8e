package org.mococxr.local.process;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A running service. */
final class ServiceProcess {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final int TAIL_LINES = 20;

  private final ServiceDefinition definition;
  private final Process process;
  private final Instant started = Instant.now();

  private ServiceProcess(ServiceDefinition definition, Process process) {
    this.definition = definition;
    this.process = process;
  }

  static ServiceProcess start(ServiceDefinition definition) throws IOException {
    Files.createDirectories(definition.log().getParent());
    ProcessBuilder builder =
        new ProcessBuilder(definition.command())
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Processes.NOTHING))
            .redirectOutput(ProcessBuilder.Redirect.appendTo(definition.log().toFile()));
    builder.environment().putAll(definition.environment());
    return new ServiceProcess(definition, builder.start());
  }

  Duration age() {
    return Duration.between(started, Instant.now());
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  CompletableFuture<Integer> onExit() {
    return process.onExit().thenApply(Process::exitValue);
  }

  /** Waits until the service says that it can work; fails with its last words if it does not. */
  void awaitReady(HttpClient client, Duration bound) throws InterruptedException {
    Instant deadline = Instant.now().plus(bound);
    HttpRequest question =
        HttpRequest.newBuilder(definition.ready()).timeout(Duration.ofSeconds(5)).build();
    String last = "no answer";
    while (Instant.now().isBefore(deadline)) {
      if (!process.isAlive()) {
        throw new ServiceFailure(
            "the %s ended with exit code %d while starting"
                .formatted(definition.name(), process.exitValue()),
            definition.log(),
            tail(definition));
      }
      try {
        var answer = client.send(question, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() == 200) {
          return;
        }
        last = "status " + answer.statusCode() + ": " + answer.body();
      } catch (IOException e) {
        last = e.toString(); // nobody listens yet; the process' exit is noticed above
      }
      Thread.sleep(POLL);
    }
    throw new ServiceFailure(
        "the %s was not ready after %d s (%s)"
            .formatted(definition.name(), bound.toSeconds(), last),
        definition.log(),
        tail(definition));
  }

  /** The last lines of a service's log, for a message; empty if there is none. */
  static List<String> tail(ServiceDefinition definition) {
    try {
      // Logs of a work folder stay small: one line per event, and the folder is one experiment's.
      List<String> lines =
          new String(Files.readAllBytes(definition.log()), StandardCharsets.UTF_8).lines().toList();
      return lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
    } catch (IOException e) {
      return List.of("(its log cannot be read: " + e + ")");
    }
  }
}

package org.mococxr.bench.orchestrator;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import org.mococxr.broker.EmbeddedKafka;
import org.mococxr.events.ExperimentRequested;
import org.mococxr.events.Topics;
import org.mococxr.foundation.Folders;
import org.mococxr.foundation.Json;
import org.mococxr.messaging.EventPublisher;
import org.mococxr.messaging.KafkaSettings;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.testkit.LocalProcess;

/**
 * Many experiments at once through a real broker and the packaged orchestrator, with trainers that
 * do nothing: run completions a second, memory, and the time from {@code kill -9} until a new
 * process answers with the same state. Broker and trainers take their part of the processors, so
 * that the orchestrator's processor time tells more than the clock.
 *
 * <p>Arguments: experiments, runs of each, and the orchestrator's heap.
 */
public final class OrchestratorBenchmark {
  /** Runs of an experiment with one initialisation besides the fine-tuned ones. */
  private static final int OTHERS = 6;

  private static final Duration PATIENCE = Duration.ofMinutes(15);
  private static final int PAUSE_MILLIS = 500;

  private final int experiments;
  private final int runs;
  private final String heap;
  private final HttpClient http = HttpClient.newHttpClient();

  private OrchestratorBenchmark(int experiments, int runs, String heap) {
    this.experiments = experiments;
    this.runs = runs;
    this.heap = heap;
  }

  /** See the class. */
  public static void main(String[] arguments) throws Exception {
    Locale.setDefault(Locale.ROOT);
    int experiments = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200;
    int runs = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100;
    String heap = arguments.length > 2 ? arguments[2] : "512m";
    Path folder = Files.createTempDirectory("mococxr-bench-");
    try (EmbeddedKafka broker =
        EmbeddedKafka.open(Files.createDirectory(folder.resolve("kafka")))) {
      new OrchestratorBenchmark(experiments, runs, heap).run(broker, folder);
    } finally {
      Folders.delete(folder);
    }
    System.exit(0);
  }

  private void run(EmbeddedKafka broker, Path folder) throws Exception {
    KafkaSettings kafka = KafkaSettings.plain(broker.bootstrapServers());
    LocalProcess orchestrator = OrchestratorProcess.start(broker.bootstrapServers(), folder, heap);
    try (EventPublisher publisher =
            new EventPublisher(kafka, Topics.defaults(), "/bench", Duration.ofMinutes(1));
        NoOpTrainers trainers = new NoOpTrainers(kafka, publisher, runs - OTHERS)) {
      double before = orchestrator.processorSeconds();
      long begin = System.nanoTime();
      for (int i = 0; i < experiments; i++) {
        ExperimentSpec spec = spec("e" + i);
        publisher.publish(new ExperimentRequested(spec.name(), spec));
      }
      await(orchestrator, trainers, experiments);
      double seconds = (System.nanoTime() - begin) / 1e9;
      int done = trainers.done();
      double processor = orchestrator.processorSeconds() - before;
      System.out.println("| | |\n|---|---|");
      row("runs done", "%,d", done);
      row("until all experiments are complete", "%.1f s", seconds);
      row("run completions a second", "%.0f", done / seconds);
      row("orchestrator's processor time a completion", "%.2f ms", 1e3 * processor / done);
      row("completions a second that a processor could do", "%.0f", done / processor);
      row(
          "orchestrator's memory at most",
          "%,d MiB",
          OrchestratorProcess.peakMebibytes(orchestrator));
      orchestrator.kill();
      long killed = System.nanoTime();
      orchestrator = OrchestratorProcess.start(broker.bootstrapServers(), folder, heap);
      await(orchestrator, trainers, experiments);
      row(
          "from kill -9 until a new process has the state",
          "%.1f s",
          (System.nanoTime() - killed) / 1e9);
      row("its processor time", "%.1f s", orchestrator.processorSeconds());
      row("its memory", "%,d MiB", OrchestratorProcess.peakMebibytes(orchestrator));
    } finally {
      orchestrator.close();
    }
  }

  private static void row(String what, String format, Object value) {
    System.out.printf("| %s | " + format + " |%n", what, value);
  }

  /** Until so many experiments are complete. */
  private void await(LocalProcess orchestrator, NoOpTrainers trainers, int wanted)
      throws Exception {
    long begin = System.nanoTime();
    int complete = 0;
    while (System.nanoTime() - begin < PATIENCE.toNanos()) {
      // The list costs the orchestrator something: it is asked for when it may be true.
      if (trainers.done() >= wanted * runs) {
        complete = complete(orchestrator);
        if (complete == wanted) {
          return;
        }
      }
      Thread.sleep(PAUSE_MILLIS);
    }
    throw new TimeoutException(
        "%d of %d experiments are complete, %d runs done"
            .formatted(complete, wanted, trainers.done()));
  }

  private int complete(LocalProcess orchestrator) throws IOException, InterruptedException {
    URI list = orchestrator.address().resolve("/api/experiments");
    HttpResponse<String> answer =
        http.send(HttpRequest.newBuilder(list).build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      return 0;
    }
    int complete = 0;
    for (var experiment : Json.MAPPER.readTree(answer.body())) {
      if (experiment.path("status").asText().equals("COMPLETED")
          && experiment.path("runsDone").asInt() == runs) {
        complete++;
      }
    }
    return complete;
  }

  private static ExperimentSpec spec(String name) {
    return ExperimentSpec.parse(
        """
        name: %s
        data: {root: /data/chexpert}
        tasks: [Pleural Effusion]
        initialisations: [moco]
        modes: [linear]
        """
            .formatted(name),
        "experiment");
  }
}

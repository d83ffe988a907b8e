package org.mococxr.orchestrator.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.events.Topics;
import org.mococxr.messaging.EventPublisher;
import org.mococxr.messaging.KafkaSettings;
import org.mococxr.orchestrator.config.OrchestratorConfig;
import org.mococxr.orchestrator.experiment.Experiments;
import org.mococxr.orchestrator.experiment.Policy;
import org.mococxr.orchestrator.launch.LocalProcessLauncher;
import org.mococxr.orchestrator.launch.Reconciler;
import org.mococxr.orchestrator.plan.Layout;
import org.mococxr.orchestrator.streams.ExperimentStreams;
import org.mococxr.orchestrator.streams.ModelDigests;

/** The orchestrator without its HTTP side, in this JVM or as a process that can be killed. */
public final class TestOrchestrator implements AutoCloseable {
  private final EventPublisher publisher;
  private final LocalProcessLauncher launcher;
  private final ExperimentStreams streams;
  private final Reconciler reconciler;

  /** Starts. */
  public TestOrchestrator(OrchestratorConfig config) {
    ArtifactStore store = ArtifactStore.open(config.artifacts());
    KafkaSettings kafka = KafkaSettings.plain(config.bootstrapServers());
    publisher =
        new EventPublisher(
            kafka, new Topics(config.topicPrefix()), "/orchestrator", Duration.ofSeconds(15));
    Experiments experiments =
        new Experiments(
            new Layout(config.artifacts()),
            new Policy(config.maxParallelRuns(), config.maxFaults()));
    launcher = new LocalProcessLauncher(config, store, publisher::publish, this::poke);
    streams =
        new ExperimentStreams(config, kafka, experiments, new ModelDigests(store), this::poke);
    reconciler = new Reconciler(streams::all, launcher, config.reconcileInterval());
    streams.start();
    reconciler.start();
  }

  /** The experiments. */
  public ExperimentStreams streams() {
    return streams;
  }

  private void poke() {
    reconciler.poke();
  }

  @Override
  public void close() {
    reconciler.close();
    streams.close();
    launcher.close();
    publisher.close();
  }

  /** Starts one in a JVM of its own. */
  public static Process fork(String bootstrapServers, Path folder) throws Exception {
    Files.createDirectories(folder);
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                TestOrchestrator.class.getName(),
                bootstrapServers,
                folder.toString()))
        .redirectErrorStream(true)
        .redirectOutput(
            ProcessBuilder.Redirect.appendTo(folder.resolve("orchestrator.log").toFile()))
        .start();
  }

  /** Arguments: bootstrap servers, folder. */
  public static void main(String[] arguments) throws InterruptedException {
    new TestOrchestrator(TestConfig.of(arguments[0], Path.of(arguments[1]), Map.of()));
    Thread.sleep(Long.MAX_VALUE);
  }
}

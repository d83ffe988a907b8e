package org.mococxr.orchestrator.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.state.HostInfo;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.events.Topics;
import org.mococxr.foundation.Json;
import org.mococxr.messaging.EventPublisher;
import org.mococxr.messaging.KafkaSettings;
import org.mococxr.orchestrator.config.OrchestratorConfig;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.Experiments;
import org.mococxr.orchestrator.launch.LocalProcessLauncher;
import org.mococxr.orchestrator.launch.Reconciler;
import org.mococxr.orchestrator.launch.TurnKeeper;
import org.mococxr.orchestrator.plan.Layout;
import org.mococxr.orchestrator.rest.NotReadyException;
import org.mococxr.orchestrator.rest.Replicas;
import org.mococxr.orchestrator.rest.SharedTurns;
import org.mococxr.orchestrator.rest.UserCommands;
import org.mococxr.orchestrator.streams.ExperimentStreams;
import org.mococxr.orchestrator.streams.Hooks;
import org.mococxr.orchestrator.streams.ModelDigests;
import org.mococxr.orchestrator.streams.ReplicaAddress;
import org.mococxr.orchestrator.wiring.Policies;

/** The orchestrator without its HTTP side, in this JVM or as a process that can be killed. */
public final class TestOrchestrator implements AutoCloseable {
  private final EventPublisher publisher;
  private final LocalProcessLauncher launcher;
  private final ExperimentStreams streams;
  private final Reconciler reconciler;
  private final Replicas replicas;
  private final SharedTurns turns;
  private final Optional<HttpServer> http;

  /** Starts. */
  public TestOrchestrator(OrchestratorConfig config) {
    ArtifactStore store = ArtifactStore.open(config.artifacts());
    KafkaSettings kafka = KafkaSettings.plain(config.bootstrapServers());
    publisher =
        new EventPublisher(
            kafka, new Topics(config.topicPrefix()), "/orchestrator", Duration.ofSeconds(15));
    Experiments experiments = new Experiments(new Layout(config.artifacts()), Policies.of(config));
    launcher = new LocalProcessLauncher(config, store, publisher::publish, this::poke);
    Optional<HostInfo> address = ReplicaAddress.of(config, Map.of(), 0);
    streams =
        new ExperimentStreams(
            config, kafka, address, experiments, new Hooks(new ModelDigests(store), this::poke));
    turns =
        new SharedTurns(
            streams,
            new TurnKeeper(config.maxRunsAtOnce(), Duration.ofSeconds(15), Clock.systemUTC()),
            address,
            config.http().replicaSecret());
    reconciler =
        new Reconciler(
            streams::all, launcher, config.reconcileInterval(), turns, publisher::publish);
    replicas =
        new Replicas(
            streams,
            address,
            config.http().replicaSecret(),
            false,
            Duration.ofSeconds(60),
            reconciler::queue);
    http = config.streams().applicationServer().map(this::serve);
    streams.start();
    reconciler.start();
  }

  /** The experiments. */
  public ExperimentStreams streams() {
    return streams;
  }

  /** The experiments of all replicas. */
  public Replicas replicas() {
    return replicas;
  }

  /** What users ask for. */
  public UserCommands commands() {
    return new UserCommands(replicas, publisher);
  }

  /** The same, which waits so long until a command has been taken in. */
  public UserCommands commands(Duration taken) {
    return new UserCommands(replicas, publisher, taken);
  }

  /** What {@code InternalResource} answers, without the container around it. */
  private HttpServer serve(String address) {
    try {
      int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
      server.createContext(Replicas.PATH, this::answer);
      server.createContext(SharedTurns.PATH, this::giveTurns);
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    String id = exchange.getRequestURI().getPath().substring(Replicas.PATH.length());
    int status = 200;
    String body = "";
    try {
      if (id.isEmpty()) {
        body = Json.line(replicas.own());
      } else if (id.endsWith("/queue")) {
        body = Json.line(replicas.ownQueue(id.substring(1, id.lastIndexOf('/'))));
      } else {
        Optional<ExperimentState> one = replicas.ownOne(id.substring(1));
        status = one.isPresent() ? 200 : 404;
        body = one.map(Json::line).orElse("");
      }
    } catch (NotReadyException e) {
      status = 503;
    }
    send(exchange, status, body);
  }

  private void giveTurns(HttpExchange exchange) throws IOException {
    try {
      TurnKeeper.Report report =
          Json.LENIENT.readValue(exchange.getRequestBody(), TurnKeeper.Report.class);
      send(exchange, 200, Json.line(turns.answer(report)));
    } catch (NotReadyException e) {
      send(exchange, 503, "");
    }
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private void poke() {
    reconciler.poke();
  }

  @Override
  public void close() {
    http.ifPresent(server -> server.stop(0));
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

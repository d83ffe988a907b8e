package org.mococxr.local.process;

import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.mococxr.broker.EmbeddedKafka;
import org.mococxr.events.Topics;
import org.mococxr.foundation.Ports;
import org.mococxr.local.work.Installation;
import org.mococxr.local.work.RunningServices;
import org.mococxr.local.work.WorkFolder;

/**
 * Runs Kafka (in this JVM) and the three services (as processes) in a work folder. A service that
 * dies is started again, {@value #RESTARTS} times in a row at most; after that {@link #failure()}
 * tells. Closing it stops everything that was started, the orchestrator's training processes
 * included; Kafka goes last, so that what stops can still say so.
 */
public final class Supervisor implements AutoCloseable {
  private static final int RESTARTS = 3;
  private static final Duration READY = Duration.ofSeconds(300);

  /** A service that ran this long was sound; its restarts are counted anew. */
  private static final Duration PROVEN = Duration.ofMinutes(10);

  private static final Duration STOP = Duration.ofSeconds(15);

  private final WorkFolder work;
  private final Consumer<String> say;
  private final WorkFolder.Lock lock;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private final Map<String, ServiceProcess> processes = new ConcurrentHashMap<>();
  private final Map<String, Integer> restarts = new ConcurrentHashMap<>();
  private final CompletableFuture<Void> failure = new CompletableFuture<>();
  private EmbeddedKafka kafka;
  private RunningServices running;
  private volatile boolean closed;

  private Supervisor(WorkFolder work, Consumer<String> say) {
    this.work = work;
    this.say = say;
    this.lock = work.lock();
  }

  /**
   * Starts everything and returns when every service is ready. If something fails, or the JVM is
   * told to stop meanwhile, what was started is stopped.
   *
   * @param say receives what happens, a line each
   */
  public static Supervisor start(Installation installation, WorkFolder work, Consumer<String> say)
      throws IOException, InterruptedException {
    installation.requireBuilt(Services.NAMES);
    Supervisor supervisor = new Supervisor(work, say);
    Runtime.getRuntime().addShutdownHook(new Thread(supervisor::interrupted, "stop everything"));
    try {
      supervisor.open(installation);
      return supervisor;
    } catch (IOException | InterruptedException | RuntimeException e) {
      if (supervisor.closed) {
        throw new InterruptedException("stopped while starting"); // the hook's doing, no failure
      }
      supervisor.close();
      throw e;
    }
  }

  /** Addresses of what runs. */
  public RunningServices running() {
    return running;
  }

  /** Completes exceptionally, with a {@link ServiceFailure}, when a service cannot be kept up. */
  public CompletableFuture<Void> failure() {
    return failure;
  }

  /** Whether everything has been stopped, or is being. */
  public boolean isClosed() {
    return closed;
  }

  private void interrupted() {
    if (!closed) {
      say.accept("stopping everything");
    }
    close();
  }

  private void open(Installation installation) throws IOException, InterruptedException {
    Map<String, Integer> ports = ports(work);
    work.running().ifPresent(last -> Processes.stopSession(last.session(), STOP));
    say.accept("starting Kafka");
    startKafka(ports);
    running =
        new RunningServices(
            UUID.randomUUID().toString(),
            ProcessHandle.current().pid(),
            ProcessHandle.current().info().startInstant().orElse(Instant.now()),
            false,
            kafka.bootstrapServers(),
            work.artifacts().toUri(),
            ports);
    work.write(running);
    say.accept("starting " + String.join(", ", Services.NAMES));
    List<ServiceDefinition> definitions = new Services(installation, work, running).definitions();
    for (ServiceDefinition definition : definitions) {
      launch(definition);
    }
    for (ServiceDefinition definition : definitions) {
      processes.get(definition.name()).awaitReady(client, READY);
    }
    running = running.readyNow();
    work.write(running);
  }

  private synchronized void startKafka(Map<String, Integer> ports)
      throws IOException, InterruptedException {
    requireOpen();
    kafka = EmbeddedKafka.open(work.kafka(), ports.get("kafka"), ports.get("controller"));
    Topics topics = Topics.fromEnvironment();
    Map<String, Map<String, String>> wanted = new LinkedHashMap<>();
    topics.all().forEach(topic -> wanted.put(topic, Map.of()));
    wanted.put(topics.models(), Map.of("cleanup.policy", "compact"));
    kafka.createTopics(wanted);
  }

  /** The ports of the last start where they are still free, so that addresses stay the same. */
  private static Map<String, Integer> ports(WorkFolder work) {
    List<String> names = new ArrayList<>(Services.NAMES);
    names.addAll(List.of(Services.MANAGEMENT, "kafka", "controller"));
    Map<String, Integer> last = work.running().map(RunningServices::ports).orElse(Map.of());
    List<Integer> free = Ports.free(names.size());
    Map<String, Integer> ports = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      Integer before = last.get(names.get(i));
      ports.put(names.get(i), before == null ? free.get(i) : Ports.preferring(before));
    }
    return ports;
  }

  private synchronized void launch(ServiceDefinition definition) {
    requireOpen();
    try {
      ServiceProcess process = ServiceProcess.start(definition);
      processes.put(definition.name(), process);
      process.onExit().thenAccept(code -> ended(definition, code));
    } catch (IOException e) {
      throw new ServiceFailure(
          "the " + definition.name() + " could not be started: " + e, definition.log(), List.of());
    }
  }

  /**
   * A service's process is gone: start it again, unless that was the intention or has been vain.
   */
  private void ended(ServiceDefinition definition, int code) {
    synchronized (this) {
      if (closed || running == null || !running.ready()) {
        return; // being stopped, or still starting: awaitReady tells
      }
    }
    if (processes.get(definition.name()).age().compareTo(PROVEN) > 0) {
      restarts.remove(definition.name());
    }
    int times = restarts.merge(definition.name(), 1, Integer::sum);
    String what = "the " + definition.name() + " ended with exit code " + code;
    if (times > RESTARTS) {
      failure.completeExceptionally(
          new ServiceFailure(
              what + " and was started again " + RESTARTS + " times before",
              definition.log(),
              ServiceProcess.tail(definition)));
      return;
    }
    say.accept(
        "%s; starting it again (%d of %d). Its log %s ends with:\n  %s"
            .formatted(
                what,
                times,
                RESTARTS,
                definition.log(),
                String.join("\n  ", ServiceProcess.tail(definition))));
    try {
      launch(definition);
    } catch (ServiceFailure e) {
      failure.completeExceptionally(e);
    } catch (IllegalStateException e) {
      // Closed in between: nothing to start any more.
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("stopping");
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      stopProcesses();
      stopKafka();
      lock.close();
    }
  }

  private void stopProcesses() {
    Set<ProcessHandle> all = new LinkedHashSet<>();
    for (ServiceProcess process : processes.values()) {
      all.add(process.handle());
      process.handle().descendants().forEach(all::add);
    }
    Processes.stop(all, STOP);
    if (running != null) {
      Processes.stopSession(running.session(), STOP);
    }
  }

  private void stopKafka() {
    if (kafka == null) {
      return;
    }
    Thread stopping = new Thread(kafka::close, "stop Kafka");
    stopping.setDaemon(true);
    stopping.start();
    try {
      stopping.join(STOP);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package org.mococxr.testkit.cluster;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateTerminatedBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One container of a pod: its process, started again where the restart policy says so. */
final class ContainerProcess implements Runnable {
  /** Exit code of a process that SIGKILL ended. */
  static final int KILLED = 137;

  /** Bytes that a kubelet reads. */
  private static final int MOST_LAST_WORDS = 4096;

  /** Shorter than a kubelet's five minutes: a test kills a service many times. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(4);

  /** Prepares all that a container needs and gives its process, ready to start. */
  interface Preparation {
    ProcessBuilder prepare(Container container) throws NotStartedException, IOException;
  }

  private final Container container;
  private final String restartPolicy;
  private final String address;
  private final Path log;
  private final Path message;
  private final Preparation preparation;
  private final Runnable changed;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile Process process;
  private volatile ContainerState state = waiting("ContainerCreating", null);
  private volatile ContainerStateTerminated last;
  private volatile boolean ready;
  private volatile boolean ended;
  private volatile String killedFor;
  private volatile int restarts;

  /**
   * @param restartPolicy Always, OnFailure or Never
   * @param address of the pod
   * @param message file with the container's last words, which the preparation makes
   * @param changed called when the state has changed
   */
  ContainerProcess(
      Container container,
      String restartPolicy,
      String address,
      Path log,
      Path message,
      Preparation preparation,
      Runnable changed) {
    this.container = container;
    this.restartPolicy = restartPolicy;
    this.address = address;
    this.log = log;
    this.message = message;
    this.preparation = preparation;
    this.changed = changed;
  }

  /** Returns when the container has ended for good. */
  @Override
  public void run() {
    try {
      Duration pause = Duration.ofSeconds(1);
      while (!again(once(), pause)) {
        restarts++;
        pause = longer(pause);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      ended = true;
      changed.run();
    }
  }

  /** Whether the container has ended for good; waits before the next start otherwise. */
  private boolean again(int exitCode, Duration pause) throws InterruptedException {
    boolean wanted =
        restartPolicy.equals("Always") || restartPolicy.equals("OnFailure") && exitCode != 0;
    if (!wanted || stopped()) {
      return true;
    }
    set(waiting("CrashLoopBackOff", "back-off " + pause.toSeconds() + "s restarting container"));
    return stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Starts the process and waits for its end; gives its exit code. */
  private int once() throws InterruptedException {
    Process started = start();
    if (started == null) {
      return KILLED;
    }
    Instant since = Instant.now();
    Thread probes = Probes.watch(container, address, started, this::ready);
    int exitCode = started.waitFor();
    probes.interrupt();
    ready = false;
    String why = killedFor != null ? killedFor : exitCode == 0 ? "Completed" : "Error";
    killedFor = null;
    last =
        new ContainerStateTerminatedBuilder()
            .withExitCode(exitCode)
            .withReason(why)
            .withMessage(lastWords())
            .withStartedAt(time(since))
            .withFinishedAt(time(Instant.now()))
            .withContainerID("process://" + started.pid())
            .build();
    set(new ContainerStateBuilder().withTerminated(last).build());
    return exitCode;
  }

  /** Null if there are none. */
  private String lastWords() {
    try {
      byte[] words = Files.readAllBytes(message);
      int length = Math.min(words.length, MOST_LAST_WORDS);
      return length == 0 ? null : new String(words, 0, length, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return null;
    }
  }

  /** Null if the container was stopped before it could be started. */
  private Process start() throws InterruptedException {
    for (Duration pause = Duration.ofMillis(500); !stopped(); pause = longer(pause)) {
      try {
        ProcessBuilder builder = preparation.prepare(container);
        synchronized (this) {
          if (stopped()) {
            return null;
          }
          process =
              builder
                  .redirectErrorStream(true)
                  .redirectInput(Path.of("/dev/null").toFile())
                  .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                  .start();
        }
        ready = container.getReadinessProbe() == null && container.getStartupProbe() == null;
        set(
            new ContainerStateBuilder()
                .withNewRunning()
                .withStartedAt(time(Instant.now()))
                .endRunning()
                .build());
        return process;
      } catch (NotStartedException e) {
        set(waiting(e.reason(), e.getMessage()));
      } catch (IOException | RuntimeException e) {
        set(waiting("RunContainerError", e.toString()));
      }
      stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    }
    return null;
  }

  private static Duration longer(Duration pause) {
    Duration doubled = pause.multipliedBy(2);
    return doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
  }

  /** SIGTERM, and SIGKILL after the grace; never started again. */
  void stop(Duration grace) {
    synchronized (this) {
      stopping.countDown();
    }
    Process running = process;
    if (running == null) {
      return;
    }
    running.destroy();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                if (!running.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                  running.destroyForcibly();
                }
              } catch (InterruptedException e) {
                running.destroyForcibly();
              }
            });
  }

  /** SIGKILL and nothing before it, which the process could still answer; never started again. */
  void abandon() {
    synchronized (this) {
      stopping.countDown();
    }
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
    }
  }

  /**
   * SIGKILL.
   *
   * @param reason that the container's status gives, for example {@code OOMKilled}; null for Error
   * @return false if no process is at work
   */
  boolean kill(String reason) {
    Process running = process;
    if (running == null || !running.isAlive()) {
      return false;
    }
    killedFor = reason;
    running.destroyForcibly();
    return true;
  }

  /** The container, its process included, has come to its end. */
  boolean ended() {
    return ended;
  }

  /** Exit code of the last process; 137 if there was none. */
  int exitCode() {
    return last == null ? KILLED : last.getExitCode();
  }

  boolean ready() {
    return ready;
  }

  /** A process has been started, now or before. */
  boolean begun() {
    return process != null;
  }

  ContainerStatus status() {
    boolean terminated = state.getTerminated() != null;
    return new ContainerStatusBuilder()
        .withName(container.getName())
        .withImage(container.getImage())
        .withImageID(container.getImage())
        .withContainerID(process == null ? null : "process://" + process.pid())
        .withRestartCount(restarts)
        .withReady(ready)
        .withStarted(state.getRunning() != null)
        .withState(state)
        .withLastState(
            last == null || terminated
                ? new ContainerState()
                : new ContainerStateBuilder().withTerminated(last).build())
        .build();
  }

  private void ready(boolean now) {
    if (now != ready) {
      ready = now;
      changed.run();
    }
  }

  private void set(ContainerState now) {
    boolean same = now.equals(state);
    state = now;
    if (!same) {
      changed.run();
    }
  }

  private boolean stopped() {
    return stopping.getCount() == 0;
  }

  private static ContainerState waiting(String reason, String message) {
    return new ContainerStateBuilder()
        .withNewWaiting()
        .withReason(reason)
        .withMessage(message)
        .endWaiting()
        .build();
  }

  static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}

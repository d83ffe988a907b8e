package org.mococxr.local.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.mococxr.local.work.RunningServices;

/** Stopping processes: asked first, forced after a bound. */
public final class Processes {
  static final File NOTHING =
      new File(System.getProperty("os.name").startsWith("Windows") ? "NUL" : "/dev/null");

  private Processes() {}

  /**
   * Stops processes: SIGTERM to all, then SIGKILL to those still there after the bound. Returns
   * when none is left.
   */
  public static void stop(Collection<ProcessHandle> processes, Duration bound) {
    List<ProcessHandle> alive = processes.stream().filter(Processes::runs).toList();
    alive.forEach(ProcessHandle::destroy);
    await(alive, bound);
    List<ProcessHandle> stubborn = alive.stream().filter(Processes::runs).toList();
    stubborn.forEach(ProcessHandle::destroyForcibly);
    await(stubborn, Duration.ofSeconds(5));
  }

  /**
   * The processes of a start that still run, without this one. They are told by a mark on their
   * command line, which also finds those whose parent has died.
   *
   * @param session see {@link RunningServices#session()}
   */
  public static List<ProcessHandle> ofSession(String session) {
    String mark = "-D" + RunningServices.SESSION_PROPERTY + "=" + session;
    long self = ProcessHandle.current().pid();
    return ProcessHandle.allProcesses()
        .filter(process -> process.pid() != self)
        .filter(Processes::runs)
        .filter(process -> arguments(process).anyMatch(mark::equals))
        .toList();
  }

  /** Stops what is left of a start, also what is being started at this moment. */
  public static void stopSession(String session, Duration bound) {
    Instant deadline = Instant.now().plus(bound);
    List<ProcessHandle> left = ofSession(session);
    while (!left.isEmpty() && Instant.now().isBefore(deadline)) {
      stop(left, Duration.between(Instant.now(), deadline));
      left = ofSession(session);
    }
  }

  private static Stream<String> arguments(ProcessHandle process) {
    return process.info().arguments().stream().flatMap(Stream::of);
  }

  /**
   * Whether a process still does anything. An orphan that has ended stays alive for Java until
   * process 1 collects its exit code, which the first process of a container often never does.
   */
  private static boolean runs(ProcessHandle process) {
    if (!process.isAlive()) {
      return false;
    }
    try {
      String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException e) {
      return process.isAlive(); // just gone, or not Linux
    }
  }

  private static void await(List<ProcessHandle> processes, Duration bound) {
    Instant deadline = Instant.now().plus(bound);
    try {
      while (processes.stream().anyMatch(Processes::runs) && Instant.now().isBefore(deadline)) {
        Thread.sleep(50);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

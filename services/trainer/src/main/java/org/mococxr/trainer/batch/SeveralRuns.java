package org.mococxr.trainer.batch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import org.jboss.logging.Logger;
import org.mococxr.foundation.Causes;
import org.mococxr.specs.BatchEnds;
import org.mococxr.specs.ExitCodes;
import org.mococxr.specs.RunSpec;
import org.mococxr.trainer.messaging.RunReporter;
import org.mococxr.trainer.messaging.RunReporters;
import org.mococxr.trainer.run.RunWorker;
import org.mococxr.trainer.run.StopSignal;

/**
 * Does several runs, some at once, the others as soon as one has ended. Each is done by a child
 * process, so that none takes another one with it; a process does one run after another while these
 * end well and ask for the same engine. After a fault, which may be the machine's, no further run
 * is begun.
 */
public final class SeveralRuns {
  private static final Logger LOG = Logger.getLogger(SeveralRuns.class);

  private final ChildProgram program;
  private final String[] command;
  private final int atOnce;
  private final Path ends;
  private final Duration lastEventsWait = RunReporters.patience();
  private final MemoryKills memoryKills = new MemoryKills();
  private final BatchLogWriter log = new BatchLogWriter(System.err);
  private final Queue<Numbered> waiting = new ArrayDeque<>();
  private final Map<Integer, BatchEnds.End> ended = new TreeMap<>();
  private final Set<RunProcess> working = new HashSet<>();
  private boolean stopped;
  private boolean faulty;

  private record Numbered(int number, GivenRun run) {}

  /**
   * @param main the program's main class
   * @param command words with which the program becomes a child that runs {@link ChildRuns}
   * @param atOnce how many runs are at work at once, at least 1
   * @param ends file that tells at any time how the runs have ended; null for none
   * @throws org.mococxr.foundation.UserErrorException if the environment says no time for which the
   *     end of a process waits for Kafka
   */
  public SeveralRuns(Class<?> main, List<String> command, int atOnce, Path ends) {
    this.program = new ChildProgram(main, atOnce);
    this.command = command.toArray(String[]::new);
    this.atOnce = atOnce;
    this.ends = ends;
  }

  /**
   * Does the runs. Each tells itself how it ends.
   *
   * @return 75 if it was stopped before all had ended, 69 or 1 after a fault, else 0
   */
  public int work(List<GivenRun> runs, StopSignal stop) throws InterruptedException {
    for (int i = 0; i < runs.size(); i++) {
      waiting.add(new Numbered(i + 1, runs.get(i)));
    }
    stop.whenRequested(this::stop);
    List<Thread> lanes = new ArrayList<>();
    for (int i = 0; i < Math.min(atOnce, runs.size()); i++) {
      lanes.add(Thread.ofPlatform().name("runs-" + i).start(this::lane));
    }
    for (Thread lane : lanes) {
      lane.join();
    }
    return exitCode(runs.size());
  }

  private synchronized int exitCode(int runs) {
    List<Integer> codes = ended.values().stream().map(BatchEnds.End::exitCode).toList();
    if (stopped && (ended.size() < runs || codes.contains(ExitCodes.PREEMPTED))) {
      return ExitCodes.PREEMPTED;
    }
    if (!faulty && ended.size() == runs) {
      return ExitCodes.DONE;
    }
    return codes.contains(ExitCodes.STORE_UNAVAILABLE)
        ? ExitCodes.STORE_UNAVAILABLE
        : ExitCodes.FAULT;
  }

  private synchronized void stop() {
    stopped = true;
    working.forEach(RunProcess::stop);
  }

  private synchronized Numbered next() {
    return stopped || faulty ? null : waiting.poll();
  }

  private void lane() {
    Child child = null;
    try {
      for (Numbered next = next(); next != null; next = next()) {
        child = one(next, child);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end(child);
    }
  }

  /**
   * @param engine what the runs ask for that a process can be only once
   */
  private record Child(RunProcess process, String engine) {}

  /** Does a run; gives the process for the next one, null if it is to have a new one. */
  private Child one(Numbered next, Child idle) throws InterruptedException {
    String text;
    RunSpec spec;
    try {
      text = next.run().text();
      spec = RunSpec.parse(text, next.run().spec());
    } catch (IOException | RuntimeException e) {
      // Whose run it is cannot be read, and so nobody but the launcher can be told.
      log.part(next.run().spec(), next.run().attempt()).say("mococxr: " + Causes.message(e));
      ended(next, RunWorker.exitCode(e), Causes.message(e));
      return idle;
    }
    BatchLogWriter.Part part = log.part(spec.run(), next.run().attempt());
    Child child = idle;
    long killed = memoryKills.count();
    try {
      child = child(idle, engine(spec));
      OptionalInt code = child.process().work(new Order(next.run(), text), part::say);
      if (code.isPresent()) {
        ended(next, code.getAsInt(), part.last());
        if (code.getAsInt() == ExitCodes.DONE || code.getAsInt() == ExitCodes.USER_ERROR) {
          return child;
        }
      } else {
        int exitCode = died(child.process().exitCode());
        String reason = "its process ended with exit code " + exitCode;
        if (exitCode == ExitCodes.KILLED && memoryKills.take(killed)) {
          reason += ": the memory of the trainers is used up (OOMKilled)";
        }
        String last = part.last();
        lost(next, spec, part, exitCode, last.isEmpty() ? reason : reason + ": " + last);
      }
    } catch (IOException e) {
      lost(
          next, spec, part, ExitCodes.FAULT, "its process cannot be started: " + Causes.message(e));
    }
    end(child);
    return null;
  }

  /** A process that ends without a word has not done its run, whatever its exit code. */
  private static int died(int exitCode) {
    return isFault(exitCode) ? exitCode : ExitCodes.FAULT;
  }

  private static boolean isFault(int exitCode) {
    return exitCode != ExitCodes.DONE
        && exitCode != ExitCodes.USER_ERROR
        && exitCode != ExitCodes.PREEMPTED;
  }

  /** PyTorch decides once in a process whether a GPU may round float32 to TF32. */
  private static String engine(RunSpec spec) {
    return spec.kind() + " " + spec.options().get("precision");
  }

  private Child child(Child idle, String engine) throws IOException {
    if (idle != null && idle.engine().equals(engine)) {
      return idle;
    }
    end(idle);
    Child child = new Child(new RunProcess(program.with(command), lastEventsWait), engine);
    synchronized (this) {
      working.add(child.process());
      if (stopped) {
        child.process().stop();
      }
    }
    return child;
  }

  private void end(Child child) {
    if (child != null) {
      synchronized (this) {
        working.remove(child.process());
      }
      child.process().close();
    }
  }

  /** A run whose process could not say how it ended. */
  private void lost(
      Numbered next, RunSpec spec, BatchLogWriter.Part part, int exitCode, String reason) {
    // Before it is told: Kafka may have to be waited for, and no other run is to begin meanwhile.
    ended(next, exitCode, reason);
    try (RunReporters reporters = RunReporters.fromEnvironment();
        RunReporter reporter = reporters.forRun(spec, next.run().attempt())) {
      part.say(() -> reporter.failed(exitCode, reason));
    } catch (RuntimeException e) {
      LOG.warnf("run %s: its end could not be told: %s", spec.run(), Causes.message(e));
    }
  }

  private synchronized void ended(Numbered run, int exitCode, String reason) {
    ended.put(run.number(), new BatchEnds.End(exitCode, exitCode == ExitCodes.DONE ? "" : reason));
    // Of another attempt that has taken the run over, nothing follows for the others.
    faulty |= isFault(exitCode);
    if (ends != null) {
      try {
        // In its place: the file may be a mount.
        Files.writeString(ends, BatchEnds.write(ended));
      } catch (IOException e) {
        LOG.warnf("%s cannot be written: %s", ends, Causes.message(e));
      }
    }
  }
}

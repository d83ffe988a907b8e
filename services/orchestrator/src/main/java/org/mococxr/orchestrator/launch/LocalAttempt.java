package org.mococxr.orchestrator.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.mococxr.specs.ExitCodes;

/** One trainer process of this machine: started here, or found again after a restart. */
final class LocalAttempt {
  /** Exit code of a process that SIGTERM has ended. */
  private static final int SIGTERM = 128 + 15;

  private final Wanted wanted;
  private final Path folder;
  private final ProcessHandle process;
  private final Process child;
  private ProcessRecord record;
  private final boolean unwatched;
  private Instant askedToStop;

  /** Changed by the producer's thread, too. */
  private volatile boolean published;

  /**
   * @param process null if it ended while no orchestrator watched
   * @param child the process if this orchestrator started it; null if it was found again
   */
  LocalAttempt(
      Wanted wanted, Path folder, ProcessRecord record, ProcessHandle process, Process child) {
    this.wanted = wanted;
    this.folder = folder;
    this.record = record;
    this.process = process;
    this.child = child;
    this.unwatched = process == null;
  }

  Wanted wanted() {
    return wanted;
  }

  boolean works() {
    return process != null && (child == null ? ProcessRecord.works(process) : child.isAlive());
  }

  /** Asks once, and forces after the grace. */
  void stop(java.time.Duration grace) {
    if (askedToStop == null) {
      askedToStop = Instant.now();
      process.destroy();
    } else if (Instant.now().isAfter(askedToStop.plus(grace))) {
      process.destroyForcibly();
    }
  }

  /**
   * How it ended, kept in its folder; only if it works no longer. Ended from outside is preempted:
   * by SIGTERM before the trainer could answer it, or while the whole machine was stopped. That
   * cannot go on for ever by itself, so it need not be counted.
   */
  int exitCode() throws IOException {
    if (record.exitCode() == null && child != null) {
      record = record.ended(child.exitValue());
      record.write(folder);
    }
    if (record.exitCode() == null) {
      return unwatched ? ExitCodes.PREEMPTED : ExitCodes.UNKNOWN;
    }
    return record.exitCode() == SIGTERM ? ExitCodes.PREEMPTED : record.exitCode();
  }

  /** For the user: the exit code and the log's last line. */
  String reason(int exitCode) {
    String how =
        switch (exitCode) {
          case ExitCodes.UNKNOWN -> "trainer exited without reporting";
          case ExitCodes.PREEMPTED -> "trainer was stopped";
          default -> "trainer ended with exit code " + exitCode;
        };
    return how + "; " + folder.resolve(LocalProcessLauncher.LOG_FILE) + lastLine();
  }

  private String lastLine() {
    try {
      byte[] log = Files.readAllBytes(folder.resolve(LocalProcessLauncher.LOG_FILE));
      List<String> lines =
          new String(log, StandardCharsets.UTF_8).lines().filter(l -> !l.isBlank()).toList();
      return lines.isEmpty() ? " is empty" : " ends with: " + lines.getLast();
    } catch (IOException e) {
      return " cannot be read";
    }
  }

  boolean published() {
    return published;
  }

  void published(boolean arrived) {
    published = arrived;
  }
}

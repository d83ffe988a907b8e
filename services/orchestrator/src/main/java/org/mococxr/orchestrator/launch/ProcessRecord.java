package org.mococxr.orchestrator.launch;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.mococxr.foundation.AtomicFiles;
import org.mococxr.foundation.Json;

/**
 * {@code process.json} in a run's folder: which process works there, so that an orchestrator that
 * was killed finds it again.
 *
 * @param attempt at the run
 * @param digest of the run's specification
 * @param pid process id
 * @param started when the system says that the process started: process ids are used again
 * @param exitCode how it ended; null while it works or if nobody saw the end
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record ProcessRecord(int attempt, String digest, long pid, Instant started, Integer exitCode) {
  static final String FILE = "process.json";

  /** The system counts starts in ticks, and not from the same moment twice. */
  private static final Duration SLACK = Duration.ofSeconds(2);

  static ProcessRecord of(Wanted wanted, ProcessHandle process) {
    return new ProcessRecord(
        wanted.attempt(),
        wanted.spec().digest(),
        process.pid(),
        process.info().startInstant().orElseGet(Instant::now),
        null);
  }

  ProcessRecord ended(int code) {
    return new ProcessRecord(attempt, digest, pid, started, code);
  }

  /** Is this the record of that very attempt. */
  boolean answers(Wanted wanted) {
    return attempt == wanted.attempt() && digest.equals(wanted.spec().digest());
  }

  /** The process, if it still works. */
  Optional<ProcessHandle> process() {
    return exitCode != null
        ? Optional.empty()
        : ProcessHandle.of(pid).filter(ProcessRecord::works).filter(this::startedThen);
  }

  /** Alive, and not a zombie that nobody collects. */
  static boolean works(ProcessHandle process) {
    if (!process.isAlive()) {
      return false;
    }
    try {
      String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
      return !stat.substring(stat.lastIndexOf(')') + 1).stripLeading().startsWith("Z");
    } catch (IOException notLinuxOrGone) {
      return process.isAlive();
    }
  }

  private boolean startedThen(ProcessHandle process) {
    return process
        .info()
        .startInstant()
        .map(at -> Duration.between(at, started).abs().compareTo(SLACK) < 0)
        .orElse(true);
  }

  void write(Path folder) throws IOException {
    AtomicFiles.write(folder.resolve(FILE), Json.MAPPER.writeValueAsBytes(this));
  }

  static Optional<ProcessRecord> read(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    return Files.isRegularFile(file)
        ? Optional.of(Json.MAPPER.readValue(Files.readAllBytes(file), ProcessRecord.class))
        : Optional.empty();
  }
}

package org.mococxr.bench.orchestrator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.mococxr.testkit.LocalProcess;

/** The packaged orchestrator, which leaves trainers to others. */
final class OrchestratorProcess {
  private static final Path TARGET = Path.of("services/orchestrator/target");

  private OrchestratorProcess() {}

  /**
   * Starts it in the project's folder and waits until it is ready.
   *
   * @param folder for its files; the same again continues what was there
   * @param heap its largest heap, for example {@code 512m}
   */
  static LocalProcess start(String kafka, Path folder, String heap)
      throws IOException, InterruptedException {
    Map<String, String> environment =
        Map.of(
            "KAFKA_BOOTSTRAP_SERVERS",
            kafka,
            "MOCOCXR_ARTIFACTS",
            folder.resolve("artifacts").toUri().toString(),
            "MOCOCXR_ORCHESTRATOR_LAUNCHER",
            "none",
            "MOCOCXR_ORCHESTRATOR_MAX_PARALLEL_RUNS",
            "100",
            "MOCOCXR_ORCHESTRATOR_MAX_RUNS_AT_ONCE",
            "1000000",
            "MOCOCXR_ORCHESTRATOR_STREAMS_INSTANCE_ID",
            "bench",
            "MOCOCXR_ORCHESTRATOR_STREAMS_STATE_DIR",
            folder.resolve("streams").toString());
    return LocalProcess.service(
        TARGET, false, List.of("-Xmx" + heap), environment, LocalProcess.temporaryLog());
  }

  /** The most memory that it has had so far, in mebibytes. */
  static long peakMebibytes(LocalProcess process) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
      return lines
              .filter(line -> line.startsWith("VmHWM:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
              .orElse(0)
          / 1024;
    }
  }
}

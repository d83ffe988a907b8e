package org.mococxr.bench.orchestrator;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.mococxr.bench.LocalProcess;
import org.mococxr.foundation.Ports;

/** The packaged orchestrator, which leaves trainers to others. */
final class OrchestratorProcess {
  private static final Path JAR =
      Path.of("services/orchestrator/target/quarkus-app/quarkus-run.jar");

  private OrchestratorProcess() {}

  /**
   * Starts it in the project's folder and waits until it is ready.
   *
   * @param folder for its files; the same again continues what was there
   * @param heap its largest heap, for example {@code 512m}
   */
  static LocalProcess start(String kafka, Path folder, String heap)
      throws IOException, InterruptedException {
    int port = Ports.free();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx" + heap, "-XX:+UseSerialGC", "-jar", JAR.toString()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder
        .environment()
        .putAll(
            Map.of(
                "QUARKUS_HTTP_PORT",
                Integer.toString(port),
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
                folder.resolve("streams").toString()));
    URI address = URI.create("http://127.0.0.1:" + port);
    return LocalProcess.start(builder, address, address.resolve("/q/health/ready"));
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

package org.mococxr.bench.inference;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.mococxr.bench.LocalProcess;
import org.mococxr.foundation.Ports;

/** The packaged inference service with one bundle and without Kafka. */
final class ServiceProcess {
  private static final Path TARGET = Path.of("services/inference/target");
  private static final Path ARCHIVE = TARGET.resolve("inference.aot");

  private ServiceProcess() {}

  /** Starts it in the project's folder and waits until it is ready. */
  static LocalProcess start(Path bundle) throws IOException, InterruptedException {
    int port = Ports.free();
    int management = Ports.free();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
    if (Files.exists(ARCHIVE)) {
      command.add("-XX:AOTCache=" + ARCHIVE);
    }
    command.addAll(List.of("-jar", TARGET.resolve("quarkus-app/quarkus-run.jar").toString()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder
        .environment()
        .putAll(
            Map.of(
                "QUARKUS_HTTP_PORT", Integer.toString(port),
                "QUARKUS_MANAGEMENT_PORT", Integer.toString(management),
                "MOCOCXR_INFERENCE_PUBLICATIONS_ENABLED", "false",
                "MOCOCXR_INFERENCE_BUNDLES", bundle.toUri().toString()));
    return LocalProcess.start(
        builder,
        URI.create("http://127.0.0.1:" + port),
        URI.create("http://127.0.0.1:" + management + "/q/health/ready"));
  }
}

package org.mococxr.inference.testing;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.mococxr.foundation.Ports;

/** The packaged service as a process of its own. */
public final class PackagedService implements AutoCloseable {
  private final Process process;
  private final URI address;
  private final URI readiness;
  private final Path log;

  private PackagedService(Process process, int port, int management, Path log) {
    this.process = process;
    this.address = URI.create("http://127.0.0.1:" + port);
    this.readiness = URI.create("http://127.0.0.1:" + management + "/q/health/ready");
    this.log = log;
  }

  /**
   * Starts it with one bundle and without Kafka, and waits until it is ready.
   *
   * @param log gets its output
   * @param options of the JVM
   */
  public static PackagedService start(Bundle bundle, Path log, String... options)
      throws IOException {
    return start(
        Map.of(
            "MOCOCXR_INFERENCE_PUBLICATIONS_ENABLED",
            "false",
            "MOCOCXR_INFERENCE_BUNDLES",
            bundle.uri().toString()),
        log,
        options);
  }

  /** The same with settings of its own. */
  public static PackagedService start(Map<String, String> environment, Path log, String... options)
      throws IOException {
    int port = Ports.free();
    int management = Ports.free();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
    Path jar = Path.of("target/quarkus-app/quarkus-run.jar").toAbsolutePath();
    command.addAll(List.of("-jar", jar.toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
    builder.environment().put("QUARKUS_MANAGEMENT_PORT", Integer.toString(management));
    builder.environment().putAll(environment);
    PackagedService service = new PackagedService(builder.start(), port, management, log);
    try {
      Awaitility.await()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(10))
          .atMost(Duration.ofSeconds(60))
          .failFast("the service ended", () -> !service.process.isAlive())
          .until(() -> service.readiness() == 200);
      return service;
    } catch (RuntimeException e) {
      service.close();
      throw e;
    }
  }

  public Process process() {
    return process;
  }

  public URI address() {
    return address;
  }

  /** The status of the readiness check; 0 when nothing answers. */
  public int readiness() {
    try {
      HttpURLConnection connection = (HttpURLConnection) readiness.toURL().openConnection();
      connection.setReadTimeout(5000);
      return connection.getResponseCode();
    } catch (IOException e) {
      return 0;
    }
  }

  /** What it has written so far. */
  public String log() throws IOException {
    return Files.readString(log);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}

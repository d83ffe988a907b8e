package org.mococxr.bench.inference;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The packaged inference service with one bundle and without Kafka, until it is closed. */
final class ServiceProcess implements AutoCloseable {
  private static final Path JAR = Path.of("services/inference/target/quarkus-app/quarkus-run.jar");
  private static final Path ARCHIVE = Path.of("services/inference/target/inference.aot");
  private static final int TRIES = 600;

  private final Process process;
  private final URI address;

  private ServiceProcess(Process process, URI address) {
    this.process = process;
    this.address = address;
  }

  /** Starts it in the project's folder and waits until it is ready. */
  static ServiceProcess start(Path bundle) throws IOException, InterruptedException {
    int port = freePort();
    int management = freePort();
    Path log = bundle.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:"
                    + (Files.exists(ARCHIVE)
                        ? "AOTCache=" + ARCHIVE
                        : "+IgnoreUnrecognizedVMOptions"),
                "-jar",
                JAR.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "QUARKUS_HTTP_PORT", Integer.toString(port),
                "QUARKUS_MANAGEMENT_PORT", Integer.toString(management),
                "MOCOCXR_INFERENCE_PUBLICATIONS_ENABLED", "false",
                "MOCOCXR_INFERENCE_BUNDLES", bundle.toUri().toString()));
    long begin = System.nanoTime();
    ServiceProcess service =
        new ServiceProcess(builder.start(), URI.create("http://127.0.0.1:" + port));
    URI readiness = URI.create("http://127.0.0.1:" + management + "/q/health/ready");
    for (int i = 0; i < TRIES && service.process.isAlive(); i++) {
      if (isReady(readiness)) {
        System.out.printf(
            "| start to ready | %.2f s | | | | | | |%n", (System.nanoTime() - begin) / 1e9);
        return service;
      }
      Thread.sleep(50);
    }
    service.close();
    throw new IOException("the service does not start: " + Files.readString(log));
  }

  private static boolean isReady(URI uri) {
    try {
      return ((HttpURLConnection) uri.toURL().openConnection()).getResponseCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  URI address() {
    return address;
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}

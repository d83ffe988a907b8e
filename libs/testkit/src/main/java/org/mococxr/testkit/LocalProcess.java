package org.mococxr.testkit;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.mococxr.foundation.Ports;

/** A server on this machine, until it is closed. */
public final class LocalProcess implements AutoCloseable {
  private static final long PATIENCE_NANOS = 300_000_000_000L;
  private static final int ANSWER_MILLIS = 5_000;

  private final Process process;
  private final URI address;
  private final URI readiness;
  private final Path log;
  private final long startNanos;

  private LocalProcess(Process process, URI address, URI readiness, Path log, long startNanos) {
    this.process = process;
    this.address = address;
    this.readiness = readiness;
    this.log = log;
    this.startNanos = startNanos;
  }

  /**
   * Starts it and waits until {@code readiness} answers 200 and {@code address} takes connections:
   * of two ports one is open a little earlier.
   *
   * @param log gets its output
   */
  public static LocalProcess start(ProcessBuilder builder, URI address, URI readiness, Path log)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    while (process.isAlive() && System.nanoTime() - begin < PATIENCE_NANOS) {
      if (status(readiness) == 200 && Ports.listens(address.getPort())) {
        return new LocalProcess(process, address, readiness, log, System.nanoTime() - begin);
      }
      Thread.sleep(10);
    }
    process.destroyForcibly().waitFor();
    throw new IOException("a server does not start: " + Files.readString(log));
  }

  /**
   * Starts a packaged service on ports of its own.
   *
   * @param target the module's folder of that name
   * @param management whether readiness is asked on a port of its own
   * @param options of the JVM
   * @param environment settings of the service
   * @param log gets its output
   */
  public static LocalProcess service(
      Path target,
      boolean management,
      List<String> options,
      Map<String, String> environment,
      Path log)
      throws IOException, InterruptedException {
    int port = Ports.free();
    int managementPort = Ports.free();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    Path jar = target.resolve("quarkus-app/quarkus-run.jar").toAbsolutePath();
    command.addAll(List.of("-XX:+UseSerialGC", "-jar", jar.toString()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
    builder.environment().put("QUARKUS_MANAGEMENT_PORT", Integer.toString(managementPort));
    builder.environment().putAll(environment);
    URI address = URI.create("http://127.0.0.1:" + port);
    URI asked = management ? URI.create("http://127.0.0.1:" + managementPort) : address;
    return start(builder, address, asked.resolve("/q/health/ready"), log);
  }

  /** A file for the output of a process, which goes with it. */
  public static Path temporaryLog() throws IOException {
    Path log = Files.createTempFile("mococxr-process-", ".log");
    log.toFile().deleteOnExit();
    return log;
  }

  private static int status(URI uri) {
    try {
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      connection.setReadTimeout(ANSWER_MILLIS);
      return connection.getResponseCode();
    } catch (IOException e) {
      return 0;
    }
  }

  /** Where it answers. */
  public URI address() {
    return address;
  }

  /** The process itself. */
  public Process process() {
    return process;
  }

  /** The status of the readiness check; 0 when nothing answers. */
  public int readiness() {
    return status(readiness);
  }

  /** What it has written so far. */
  public String log() throws IOException {
    return Files.readString(log);
  }

  /** From the start until it was ready, in seconds. */
  public double startSeconds() {
    return startNanos / 1e9;
  }

  /** Its number, for {@code /proc}. */
  public long pid() {
    return process.pid();
  }

  /** Processor time of all its threads, in seconds. */
  public double processorSeconds() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3;
  }

  /** Ends it as a power cut would. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!ProcessTree.endsWithin(Duration.ofSeconds(10), process)) {
      process.waitFor(); // so that it writes no more to folders that are removed now
    }
  }
}

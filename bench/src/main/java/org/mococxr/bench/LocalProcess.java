package org.mococxr.bench;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A server on this machine, until it is closed. */
public final class LocalProcess implements AutoCloseable {
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private final Process process;
  private final URI address;
  private final Path log;
  private final long startNanos;

  private LocalProcess(Process process, URI address, Path log, long startNanos) {
    this.process = process;
    this.address = address;
    this.log = log;
    this.startNanos = startNanos;
  }

  /** Starts it and waits until {@code readiness} answers 200. */
  public static LocalProcess start(ProcessBuilder builder, URI address, URI readiness)
      throws IOException, InterruptedException {
    Path log = Files.createTempFile("mococxr-bench-", ".log");
    long begin = System.nanoTime();
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    while (process.isAlive() && System.nanoTime() - begin < PATIENCE_NANOS) {
      if (isReady(readiness)) {
        return new LocalProcess(process, address, log, System.nanoTime() - begin);
      }
      Thread.sleep(10);
    }
    process.destroyForcibly();
    throw new IOException("a server does not start: " + Files.readString(log));
  }

  private static boolean isReady(URI uri) {
    try {
      return ((HttpURLConnection) uri.toURL().openConnection()).getResponseCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** Where it answers. */
  public URI address() {
    return address;
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
  public void kill() throws InterruptedException, IOException {
    process.destroyForcibly().waitFor();
    Files.deleteIfExists(log);
  }

  @Override
  public void close() throws InterruptedException, IOException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    Files.deleteIfExists(log);
  }
}

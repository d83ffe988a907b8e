package org.mococxr.trainer.batch;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A child process that does one run after another. Used by one thread; any may stop it. */
final class RunProcess implements AutoCloseable {
  private static final Duration TO_EXIT = Duration.ofSeconds(30);

  private final Process process;
  private final Duration lastEventsWait;
  private final BufferedWriter orders;
  private final BufferedReader said;

  /**
   * @param lastEventsWait how long the end of the process may wait for Kafka
   */
  RunProcess(ProcessBuilder builder, Duration lastEventsWait) throws IOException {
    this.lastEventsWait = lastEventsWait;
    process = builder.redirectErrorStream(true).start();
    orders =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    said =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * Does a run.
   *
   * @param log is told each line that the process says meanwhile
   * @return the run's exit code; empty if the process has ended instead
   */
  OptionalInt work(Order order, Consumer<String> log) throws IOException {
    try {
      send(order.line());
    } catch (IOException gone) {
      // What it said before it ended is still to be read.
    }
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      int end = line.indexOf(Order.ENDED);
      if (end < 0) {
        log.accept(line);
      } else {
        if (end > 0) {
          log.accept(line.substring(0, end));
        }
        return OptionalInt.of(Integer.parseInt(line.substring(end + Order.ENDED.length())));
      }
    }
    return OptionalInt.empty();
  }

  /** The run at work writes a checkpoint and ends; so does any that it is given afterwards. */
  void stop() {
    try {
      send(Order.STOP);
    } catch (IOException gone) {
      // It has ended: whoever waits for its run hears of it.
    }
  }

  private synchronized void send(String line) throws IOException {
    orders.write(line);
    orders.newLine();
    orders.flush();
  }

  /** Exit code of a process that has ended; more than 128 if a signal ended it. */
  int exitCode() throws InterruptedException {
    return process.waitFor();
  }

  /** Ends the process, which is not at work. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
    } catch (IOException gone) {
      // It has ended already.
    }
    try {
      if (!process.waitFor(TO_EXIT.plus(lastEventsWait).toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}

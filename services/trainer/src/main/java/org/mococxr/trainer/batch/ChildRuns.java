package org.mococxr.trainer.batch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jboss.logging.Logger;
import org.mococxr.foundation.Causes;
import org.mococxr.specs.ExitCodes;
import org.mococxr.trainer.messaging.RunReporters;
import org.mococxr.trainer.run.RunWorker;
import org.mococxr.trainer.run.StopSignal;

/** The child's side of {@link RunProcess}: does the runs that its parent names, one at a time. */
public final class ChildRuns {
  private static final Logger LOG = Logger.getLogger(ChildRuns.class);

  private final Map<String, String> versions;
  private final PrintStream out;
  private final StopSignal stop = StopSignal.relayed();
  private final BlockingQueue<Optional<Order>> orders = new LinkedBlockingQueue<>();

  /** From the order on: there is none before the run of the last one has ended. */
  private volatile boolean working;

  /**
   * @param versions for the provenance
   * @param out where the parent reads that a run has ended
   */
  public ChildRuns(Map<String, String> versions, PrintStream out) {
    this.versions = versions;
    this.out = out;
  }

  /**
   * Works until the parent has no more.
   *
   * @param in where the parent says what to do
   */
  public int work(InputStream in) throws InterruptedException {
    Thread.ofPlatform().daemon().name("orders").start(() -> listen(in));
    try (RunReporters reporters = RunReporters.fromEnvironment()) {
      for (Optional<Order> order = orders.take(); order.isPresent(); order = orders.take()) {
        int exitCode = one(order.get(), reporters);
        working = false;
        out.println(Order.ENDED + exitCode);
        out.flush();
      }
    }
    return ExitCodes.DONE;
  }

  private int one(Order order, RunReporters reporters) {
    try {
      return order.run().work(order.text(), versions, reporters, stop);
    } catch (IOException | RuntimeException e) {
      int exitCode = RunWorker.exitCode(e);
      if (exitCode == ExitCodes.FAULT) {
        LOG.errorf(e, "%s failed", order.run().spec());
      }
      // The last line is the reason that the parent tells.
      System.err.println("mococxr: " + Causes.message(e));
      return exitCode;
    }
  }

  private void listen(InputStream in) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.equals(Order.STOP)) {
          stop.request();
        } else {
          Order order = Order.read(line);
          working = true;
          orders.add(Optional.of(order));
        }
      }
    } catch (IOException e) {
      LOG.warnf("the parent's orders cannot be read: %s", e.getMessage());
    }
    if (working) {
      // The parent was killed. Nobody would hear how the run ends; its next attempt goes on.
      Runtime.getRuntime().halt(ExitCodes.FAULT);
    }
    orders.add(Optional.empty());
  }
}

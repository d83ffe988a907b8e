package org.mococxr.trainer.run;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import sun.misc.Signal;

/**
 * Turns SIGTERM and SIGINT into a flag that long work looks at between steps, so that it can finish
 * the step, write a checkpoint and leave with the exit code for <em>preempted</em>. A second signal
 * ends the process at once.
 */
public final class StopSignal implements BooleanSupplier {
  private final AtomicBoolean requested = new AtomicBoolean();
  private final List<Runnable> listeners = new ArrayList<>();

  private StopSignal() {}

  /** Installs the handlers; from now on the JVM does not end by itself on these signals. */
  public static StopSignal install() {
    StopSignal stop = new StopSignal();
    handle(
        signal -> {
          if (stop.getAsBoolean()) {
            Runtime.getRuntime().halt(128 + signal.getNumber());
          }
          System.err.println("mococxr: stopping after this step (once more to stop at once)");
          stop.request();
        });
    return stop;
  }

  /**
   * Of a child process: its parent may ask for the same, and a signal that a terminal sends to both
   * counts once. The child's end is the parent's to decide.
   */
  public static StopSignal relayed() {
    StopSignal stop = new StopSignal();
    handle(signal -> stop.request());
    return stop;
  }

  private static void handle(Consumer<Signal> handler) {
    for (String name : new String[] {"TERM", "INT"}) {
      Signal.handle(new Signal(name), handler::accept);
    }
  }

  /** As a first signal does. */
  public void request() {
    if (!requested.getAndSet(true)) {
      synchronized (listeners) {
        listeners.forEach(Runnable::run);
      }
    }
  }

  /** Calls back once stopping is requested, at once if it is already. */
  public void whenRequested(Runnable listener) {
    synchronized (listeners) {
      listeners.add(listener);
      if (!requested.get()) {
        return;
      }
    }
    listener.run();
  }

  /** True once a signal came. */
  @Override
  public boolean getAsBoolean() {
    return requested.get();
  }
}

package org.mococxr.trainer.run;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import sun.misc.Signal;

/**
 * Turns SIGTERM and SIGINT into a flag that long work looks at between steps, so that it can finish
 * the step, write a checkpoint and leave with the exit code for <em>preempted</em>. A second signal
 * ends the process at once.
 */
public final class StopSignal implements BooleanSupplier {
  private final AtomicBoolean stopped = new AtomicBoolean();

  /** Installs the handlers; from now on the JVM does not end by itself on these signals. */
  public static StopSignal install() {
    StopSignal stop = new StopSignal();
    for (String name : new String[] {"TERM", "INT"}) {
      Signal.handle(
          new Signal(name),
          signal -> {
            if (stop.stopped.getAndSet(true)) {
              Runtime.getRuntime().halt(128 + signal.getNumber());
            }
            System.err.println("mococxr: stopping after this step (once more to stop at once)");
          });
    }
    return stop;
  }

  /** True once a signal came. */
  @Override
  public boolean getAsBoolean() {
    return stopped.get();
  }
}

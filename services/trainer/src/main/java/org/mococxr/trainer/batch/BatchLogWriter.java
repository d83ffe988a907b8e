package org.mococxr.trainer.batch;

import java.io.PrintStream;
import org.mococxr.specs.BatchLog;

/** Writes what several runs at once say into one log, which {@link BatchLog} takes apart again. */
final class BatchLogWriter {
  private final PrintStream out;
  private String speaker = "";

  BatchLogWriter(PrintStream out) {
    this.out = out;
  }

  /** What one attempt says. */
  final class Part {
    private final String heading;
    private volatile String last = "";

    private Part(String heading) {
      this.heading = heading;
    }

    /** Writes a line, or several. */
    void say(String text) {
      if (!text.isBlank()) {
        last = text.strip();
      }
      write(heading, () -> out.println(text));
    }

    /** Has it be said by somebody who writes to the log by himself. */
    void say(Runnable speaker) {
      write(heading, speaker);
    }

    /** Its last line that is not empty. */
    String last() {
      return last;
    }
  }

  /** Begins the part of an attempt. */
  Part part(String run, int attempt) {
    Part part = new Part(BatchLog.heading(run, attempt));
    write(part.heading, () -> {});
    return part;
  }

  private synchronized void write(String heading, Runnable text) {
    if (!heading.equals(speaker)) {
      speaker = heading;
      out.println(heading);
    }
    text.run();
  }
}

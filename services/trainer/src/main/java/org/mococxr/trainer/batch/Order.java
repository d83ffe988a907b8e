package org.mococxr.trainer.batch;

import java.io.IOException;
import org.mococxr.foundation.Json;

/**
 * What a process with several runs tells a child, as a line on the child's standard input: a run to
 * do, or {@link #STOP}. The child says on its output that a run has ended. The end of the input is
 * the end of the child.
 *
 * @param run the run
 * @param text its specification, which the parent has read
 */
record Order(GivenRun run, String text) {
  /** The run at work is to write a checkpoint and to end. */
  static final String STOP = "stop";

  /** Begins the child's word that a run has ended; its exit code follows. No log has it. */
  static final String ENDED = "\u0001ended ";

  String line() {
    return Json.line(this);
  }

  static Order read(String line) throws IOException {
    return Json.MAPPER.readValue(line, Order.class);
  }
}

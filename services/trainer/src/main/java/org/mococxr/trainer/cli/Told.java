package org.mococxr.trainer.cli;

import java.util.Set;
import java.util.concurrent.Callable;
import org.mococxr.specs.option.OptionRecord;

/** A command that has a flag for each option of a record; see {@link Flags}. */
interface Told extends Callable<Integer> {
  /** The record. */
  Class<? extends OptionRecord> told();

  /** Options that the command gives itself; those of an inner record as {@code data.root}. */
  default Set<String> without() {
    return Set.of();
  }
}

package org.mococxr.trainer.cli;

import java.util.Set;
import java.util.concurrent.Callable;
import org.mococxr.specs.option.OptionRecord;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that has a flag for each option of a record; see {@link Flags}. */
abstract class Told implements Callable<Integer> {
  private final Class<? extends OptionRecord> type;
  private final Set<String> without;

  @Spec CommandSpec command;

  /**
   * @param type the record
   * @param without options that the command gives itself; those of an inner record as {@code
   *     data.root}
   */
  Told(Class<? extends OptionRecord> type, Set<String> without) {
    this.type = type;
    this.without = without;
  }

  Told(Class<? extends OptionRecord> type, String... without) {
    this(type, Set.of(without));
  }

  Class<? extends OptionRecord> told() {
    return type;
  }

  Set<String> without() {
    return without;
  }
}

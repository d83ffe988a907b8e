package org.mococxr.trainer.cli;

import java.nio.file.Path;
import org.mococxr.specs.RunKind;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/**
 * The command of a kind of run that reads a split and no other run, made from the kind. It has no
 * annotation that names it a command: Quarkus would make a bean of it.
 */
final class OfSplitCommand extends Told {
  private final RunKind kind;

  @Mixin Folders.Split split;

  @Mixin Folders.Out out;

  private OfSplitCommand(RunKind kind) {
    super(kind.told());
    this.kind = kind;
  }

  /** Adds the command of every such kind to the tool. */
  static CommandLine addTo(CommandLine tool) {
    for (RunKind kind : RunKind.ofSplit()) {
      CommandLine command = new CommandLine(new OfSplitCommand(kind));
      command.getCommandSpec().mixinStandardHelpOptions(true);
      command.getCommandSpec().usageMessage().sortOptions(false).description(kind.description());
      tool.addSubcommand(kind.word(), command);
    }
    return tool;
  }

  @Override
  public Integer call() {
    Path pretrain = split.folder.resolve("pretrain.csv");
    return new ByHand(kind, out.folder, 0)
        .split(split.folder, "train")
        .input("pretrain", pretrain.toFile().isFile() ? pretrain : null)
        .options(Flags.given(command))
        .run();
  }
}

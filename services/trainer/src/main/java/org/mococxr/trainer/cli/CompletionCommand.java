package org.mococxr.trainer.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Completion of commands and options in a shell. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = {
      "Prints a script that completes commands and options in a shell.",
      "In bash:  source <(bin/mococxr completion bash)"
    })
final class CompletionCommand implements Callable<Integer> {
  /** Shells that the script works in. */
  enum Shell {
    BASH,
    ZSH
  }

  @Spec CommandSpec command;

  @Parameters(paramLabel = "SHELL", description = "bash or zsh; both take the same script.")
  Shell shell;

  @Override
  public Integer call() {
    CommandLine root = command.root().commandLine();
    command.commandLine().getOut().println(AutoComplete.bash("mococxr", root));
    return 0;
  }
}

package org.mococxr.local;

import java.io.IOException;
import org.mococxr.foundation.Causes;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.local.follow.ExperimentFault;
import org.mococxr.local.process.ServiceFailure;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands of {@code bin/mococxr} that run the system on one machine. */
@Command(
    name = "mococxr",
    description = "Runs MoCo-CXR on this machine: Kafka, the three services and the training.",
    subcommands = {
      UpCommand.class,
      DownCommand.class,
      StatusCommand.class,
      DemoCommand.class,
      ExperimentCommand.class,
      ServeCommand.class
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
public final class Main {
  Main() {}

  /** Runs one command and ends with its exit code. */
  public static void main(String[] arguments) {
    int code =
        new CommandLine(new Main())
            .setExitCodeExceptionMapper(Main::exitCode)
            .setExecutionExceptionHandler(Main::explain)
            .execute(arguments);
    System.exit(code);
  }

  /**
   * A user's error and a service's failure say all in their message; a fault shows where it was.
   */
  private static int explain(
      Exception exception, CommandLine command, CommandLine.ParseResult arguments) {
    switch (exception) {
      case InterruptedException stopped -> {}
      case UserErrorException error -> command.getErr().println("mococxr: " + error.getMessage());
      case ServiceFailure failure -> command.getErr().println("mococxr: " + failure.getMessage());
      case ExperimentFault fault -> command.getErr().println("mococxr: " + fault.getMessage());
      case IOException error -> command.getErr().println("mococxr: " + Causes.message(error));
      default -> exception.printStackTrace(command.getErr());
    }
    return exitCode(exception);
  }

  private static int exitCode(Throwable exception) {
    return switch (exception) {
      case UserErrorException error -> UserErrorException.EXIT_CODE;
      case CommandLine.ParameterException error -> UserErrorException.EXIT_CODE;
      case InterruptedException stopped -> 130;
      default -> 1;
    };
  }
}

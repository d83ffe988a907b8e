package org.mococxr.trainer.cli;

import io.quarkus.picocli.runtime.PicocliCommandLineFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.util.List;
import org.mococxr.artifacts.StoreUnavailableException;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.ExitCodes;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** One place that turns exceptions into a message and an exit code. */
@ApplicationScoped
class CommandRunner {

  @Produces
  CommandLine commandLine(PicocliCommandLineFactory factory) {
    return configured(ServiceCommands.addTo(factory.create()));
  }

  static CommandLine configured(CommandLine line) {
    Flags.addTo(OfSplitCommand.addTo(line));
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(
            (error, args) -> {
              CommandLine command = error.getCommandLine();
              System.err.println("mococxr: " + message(error));
              System.err.println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
              return UserErrorException.EXIT_CODE;
            })
        .setExecutionExceptionHandler(
            (error, command, parsed) -> {
              if (error instanceof UserErrorException) {
                System.err.println("mococxr: " + error.getMessage());
                return UserErrorException.EXIT_CODE;
              }
              if (StoreUnavailableException.isCauseOf(error)) {
                System.err.println("mococxr: " + error.getMessage());
                return ExitCodes.STORE_UNAVAILABLE;
              }
              throw error;
            });
  }

  /** Of a command that does not exist, with those that are spelled alike. */
  private static String message(ParameterException error) {
    if (error instanceof UnmatchedArgumentException unmatched
        && error.getCommandLine().getParent() == null
        && !unmatched.isUnknownOption()) {
      List<String> alike = unmatched.getSuggestions();
      return "there is no command '%s'%s"
          .formatted(
              unmatched.getUnmatched().getFirst(),
              alike.isEmpty() ? "" : "; did you mean " + String.join(" or ", alike) + "?");
    }
    return error.getMessage();
  }
}

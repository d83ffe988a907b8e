package org.mococxr.trainer.cli;

import io.quarkus.picocli.runtime.PicocliCommandLineFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import org.mococxr.artifacts.StoreUnavailableException;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.ExitCodes;
import picocli.CommandLine;

/** One place that turns exceptions into a message and an exit code. */
@ApplicationScoped
class CommandRunner {

  @Produces
  CommandLine commandLine(PicocliCommandLineFactory factory) {
    return configured(factory.create());
  }

  static CommandLine configured(CommandLine line) {
    Flags.addTo(line);
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(
            (error, args) -> {
              CommandLine command = error.getCommandLine();
              System.err.println("mococxr: " + error.getMessage());
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
}

package org.mococxr.trainer.cli;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.mococxr.artifacts.StoreUnavailableException;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.ExitCodes;
import org.mococxr.trainer.console.ConsoleLog;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command-line tool: its commands, and one place that turns exceptions into a message and an
 * exit code. {@code bin/mococxr} starts it here, without Quarkus, which no command needs; a
 * training pod starts the same commands through {@link QuarkusTool}.
 */
public final class Tool {
  private static final int MOST_ALIKE = 3;

  private Tool() {}

  /** Runs one command and ends with its exit code. */
  public static void main(String[] arguments) {
    if (onlyVersion(arguments)) { // asked by scripts, and often: without describing any command
      Versions.lines().forEach(System.out::println);
      return;
    }
    ConsoleLog.install();
    System.exit(of(arguments).execute(arguments));
  }

  /** The tool as far as a command line asks for it: describing every command takes a while. */
  static CommandLine of(String... arguments) {
    CommandLine tool = new CommandLine(new MocoCxr());
    return only(arguments)
        .map(command -> configured(tool.addSubcommand(command)))
        .orElseGet(() -> complete(tool));
  }

  /** With all commands, those of the local services too where they are. */
  static CommandLine complete(CommandLine tool) {
    MocoCxr.COMMANDS.forEach(tool::addSubcommand);
    return configured(ServiceCommands.addTo(OfSplitCommand.addTo(tool)));
  }

  /** The command that is named first, unless it is one that tells of the others. */
  private static Optional<Class<?>> only(String[] arguments) {
    return MocoCxr.COMMANDS.stream()
        .filter(command -> command != CompletionCommand.class)
        .filter(command -> arguments.length > 0 && arguments[0].equals(name(command)))
        .findFirst();
  }

  private static String name(Class<?> command) {
    return command.getAnnotation(Command.class).name();
  }

  private static boolean onlyVersion(String[] arguments) {
    return arguments.length == 1 && List.of("--version", "-V").contains(arguments[0]);
  }

  /** With the flags of its commands, and with what becomes of exceptions. */
  static CommandLine configured(CommandLine line) {
    Flags.addTo(line);
    EngineFlags.addTo(line);
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(
            (error, args) -> {
              CommandLine command = error.getCommandLine();
              System.err.println("mococxr: " + message(error, args));
              System.err.println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
              return UserErrorException.EXIT_CODE;
            })
        .setExecutionExceptionHandler(
            (error, command, parsed) -> {
              if (error instanceof UserErrorException) {
                System.err.println("mococxr: " + TypedOptions.message(error, parsed));
                return UserErrorException.EXIT_CODE;
              }
              if (StoreUnavailableException.isCauseOf(error)) {
                System.err.println("mococxr: " + error.getMessage());
                return ExitCodes.STORE_UNAVAILABLE;
              }
              throw error;
            });
  }

  /** Of a command or option that does not exist, with those that are spelled alike. */
  private static String message(ParameterException error, String... words) {
    if (error instanceof UnmatchedArgumentException unmatched) {
      String found = unmatched.getUnmatched().getFirst();
      boolean commands = !error.getCommandLine().getSubcommands().isEmpty();
      if (!unmatched.isUnknownOption() && !commands) {
        return "'" + found + "' is one argument too many (names with blanks need quotes)";
      }
      List<String> alike =
          unmatched.getSuggestions().stream()
              .sorted(Comparator.comparing(name -> -sameStart(name, found)))
              .limit(MOST_ALIKE)
              .toList();
      return "there is no %s '%s'%s"
          .formatted(
              unmatched.isUnknownOption() ? "option" : "command",
              found,
              alike.isEmpty() ? "" : "; did you mean " + String.join(" or ", alike) + "?");
    }
    return TypedOptions.message(error.getMessage(), error.getArgSpec(), List.of(words));
  }

  private static int sameStart(String one, String other) {
    int same = Arrays.mismatch(one.toCharArray(), other.toCharArray());
    return same < 0 ? one.length() : same;
  }
}

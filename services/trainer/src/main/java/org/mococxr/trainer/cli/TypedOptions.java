package org.mococxr.trainer.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.mococxr.foundation.UserErrorException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Options by the name that the user typed: several have more than one. */
final class TypedOptions {
  private static final String MISSING = "there is no such file or folder";

  private TypedOptions() {}

  /** That a file or folder which a run needs is not there. */
  static UserErrorException missing(Path path) {
    return UserErrorException.at(path, MISSING, "expected one that exists");
  }

  /** What to tell of an error, with the option that named what is missing. */
  static String message(Exception error, ParseResult parsed) {
    return error instanceof UserErrorException e && e.problem().equals(MISSING)
        ? new UserErrorException(
                naming(Path.of(e.location()), parsed).orElse(e.location()), MISSING, e.remedy())
            .getMessage()
        : error.getMessage();
  }

  /** What picocli says of an option, which it calls by its longest name. */
  static String message(String said, ArgSpec argument, List<String> words) {
    return argument instanceof OptionSpec option
        ? said.replace("'" + option.longestName() + "'", "'" + typed(option, words) + "'")
        : said;
  }

  /** The option and its value, as they were typed. */
  private static Optional<String> naming(Path path, ParseResult parsed) {
    ParseResult command = parsed;
    while (command.hasSubcommand()) {
      command = command.subcommand();
    }
    for (OptionSpec option : command.matchedOptions()) {
      for (Object value : values(option.getValue())) {
        if (isSame(value, path)) {
          return Optional.of(typed(option, parsed.originalArgs()) + " " + value);
        }
      }
    }
    return Optional.empty();
  }

  /** The last of its names among the words; its longest name where there is none. */
  private static String typed(OptionSpec option, List<String> words) {
    return words.reversed().stream()
        .flatMap(
            word ->
                Stream.of(option.names())
                    .filter(name -> word.equals(name) || word.startsWith(name + "=")))
        .findFirst()
        .orElse(option.longestName());
  }

  private static Collection<?> values(Object value) {
    return switch (value) {
      case null -> List.of();
      case Collection<?> several -> several;
      case Map<?, ?> named -> named.values();
      default -> List.of(value);
    };
  }

  private static boolean isSame(Object value, Path path) {
    try {
      return Path.of(value.toString())
          .toAbsolutePath()
          .normalize()
          .equals(path.toAbsolutePath().normalize());
    } catch (InvalidPathException e) {
      return false;
    }
  }
}

package org.mococxr.foundation;

import java.nio.file.Path;
import java.util.Objects;

/**
 * An error that the user caused and can mend: a wrong file, row, field or option. The message names
 * the place, what was found and what was expected, and is shown without a stack trace; command-line
 * tools end with exit code {@value #EXIT_CODE}, services answer with status 400 or a failed event.
 * Every other exception is a fault of the program or the machine.
 */
public final class UserErrorException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Exit code for a bad specification or bad data: never retried (sysexits' EX_USAGE). */
  public static final int EXIT_CODE = 64;

  private final String location;
  private final String problem;
  private final String remedy;

  /**
   * @param location the file, row, field or option, for example {@code train.csv, line 12, column
   *     Sex}
   * @param problem what was found, in one sentence without a full stop
   * @param remedy what was expected, or what to do
   */
  public UserErrorException(String location, String problem, String remedy) {
    this(location, problem, remedy, null);
  }

  /** As above, with the exception that revealed the problem. */
  public UserErrorException(String location, String problem, String remedy, Throwable cause) {
    super(location + ": " + problem + " (" + remedy + ")", cause);
    this.location = Objects.requireNonNull(location);
    this.problem = Objects.requireNonNull(problem);
    this.remedy = Objects.requireNonNull(remedy);
  }

  /** An error in a whole file or folder. */
  public static UserErrorException at(Path file, String problem, String remedy) {
    return new UserErrorException(file.toString(), problem, remedy);
  }

  /** An error in one line of a text file; {@code line} counts from 1, the header included. */
  public static UserErrorException at(Path file, long line, String problem, String remedy) {
    return new UserErrorException(file + ", line " + line, problem, remedy);
  }

  /** Where it is: file, row, field or option. */
  public String location() {
    return location;
  }

  /** What was found. */
  public String problem() {
    return problem;
  }

  /** What was expected, or what to do. */
  public String remedy() {
    return remedy;
  }
}

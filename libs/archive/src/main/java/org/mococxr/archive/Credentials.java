package org.mococxr.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.UserErrorException;

/**
 * How to log in to an archive. Secrets are named by reference ({@code env:NAME} or {@code
 * file:PATH}) and looked up when they are used, so that none is in an experiment, an event or a
 * log.
 */
public sealed interface Credentials {
  /** No login. */
  record None() implements Credentials {}

  /** A bearer token (RFC 6750). */
  record Bearer(String reference) implements Credentials {}

  /** A user and a password (RFC 7617). */
  record Basic(String user, String reference) implements Credentials {}

  /**
   * Reads a description: empty, {@code bearer:REFERENCE} or {@code basic:USER:REFERENCE}.
   *
   * @throws UserErrorException if it is something else, above all a secret itself
   */
  static Credentials parse(String text) {
    if (text == null || text.isBlank()) {
      return new None();
    }
    String[] parts = text.split(":", 2);
    if (parts[0].equals("bearer") && parts.length == 2 && isReference(parts[1])) {
      return new Bearer(parts[1]);
    }
    if (parts[0].equals("basic") && parts.length == 2) {
      String[] user = parts[1].split(":", 2);
      if (user.length == 2 && !user[0].isEmpty() && isReference(user[1])) {
        return new Basic(user[0], user[1]);
      }
    }
    // What was found is not repeated: it may be the secret.
    throw new UserErrorException(
        "the archive's credentials",
        "are of no known form",
        "bearer:env:NAME, bearer:file:PATH, basic:USER:env:NAME or basic:USER:file:PATH is"
            + " expected");
  }

  private static boolean isReference(String text) {
    return text.matches("env:.+|file:.+");
  }

  /** The value of the header {@code Authorization}. */
  default Optional<String> header(Map<String, String> environment) {
    return switch (this) {
      case None none -> Optional.empty();
      case Bearer bearer -> Optional.of("Bearer " + secret(bearer.reference(), environment));
      case Basic basic -> {
        String pair = basic.user() + ':' + secret(basic.reference(), environment);
        yield Optional.of(
            "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
      }
    };
  }

  private static String secret(String reference, Map<String, String> environment) {
    String place = reference.substring(reference.indexOf(':') + 1);
    if (reference.startsWith("env:")) {
      String value = environment.get(place);
      if (value == null || value.isEmpty()) {
        throw new UserErrorException(
            "the archive's credentials",
            "the environment has no variable " + place,
            "set it for this process");
      }
      return value;
    }
    Path file = Path.of(place);
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw FileErrors.reading(file, e, "expected the archive's secret");
    }
  }
}

package org.mococxr.specs.data;

import java.net.URI;
import java.nio.file.Path;
import org.mococxr.foundation.UserErrorException;

/** Paths of this machine as users write them: plain, or as a {@code file:} URI. */
final class Locations {
  private Locations() {}

  /**
   * @param text a path or a {@code file:} URI
   * @param field for messages: where the text came from
   */
  static Path path(String text, String field) {
    try {
      if (text.startsWith("file:")) {
        return Path.of(URI.create(text));
      }
      if (text.matches("[a-z][a-z0-9+.-]+://.*")) {
        throw new UserErrorException(
            field, "'" + text + "' is not on this machine", "give a path or a file: URI");
      }
      return Path.of(text);
    } catch (IllegalArgumentException e) {
      throw new UserErrorException(field, "'" + text + "' is no path", "give a path", e);
    }
  }
}

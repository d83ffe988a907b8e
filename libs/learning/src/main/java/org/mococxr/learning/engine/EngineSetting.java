package org.mococxr.learning.engine;

import java.util.Optional;

/** What the command line or the environment of this process says about the engine. */
final class EngineSetting {
  private EngineSetting() {}

  /**
   * The text of a setting; empty where neither says anything.
   *
   * @param property that the command line sets; it wins
   * @param variable for pods; blank is nothing
   */
  static Optional<String> text(String property, String variable) {
    return Optional.ofNullable(System.getProperty(property))
        .or(() -> Optional.ofNullable(System.getenv(variable)).filter(text -> !text.isBlank()));
  }
}

package org.mococxr.inference.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What is asked for is off until a setting is made: the client can do nothing about it. */
public final class NotConfiguredException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Names what is off and what would turn it on.
   *
   * @param what the feature
   * @param settings the properties that it needs, below {@code mococxr.inference}
   */
  public NotConfiguredException(String what, String... settings) {
    super(
        "%s is not configured; %s would turn it on"
            .formatted(
                what,
                Arrays.stream(settings)
                    .map(NotConfiguredException::named)
                    .collect(Collectors.joining(" and "))));
  }

  private static String named(String setting) {
    String variable = setting.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
    return "mococxr.inference.%s (MOCOCXR_INFERENCE_%s)".formatted(setting, variable);
  }
}

package org.mococxr.inference.config;

import java.util.Locale;

/** What is asked for is off until a setting is made: the client can do nothing about it. */
public final class NotConfiguredException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Names what is off and what would turn it on.
   *
   * @param what the feature
   * @param setting its property, below {@code mococxr.inference}
   */
  public NotConfiguredException(String what, String setting) {
    super(
        "%s is not configured; mococxr.inference.%s (%s) would turn it on"
            .formatted(
                what,
                setting,
                "MOCOCXR_INFERENCE_" + setting.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_")));
  }
}

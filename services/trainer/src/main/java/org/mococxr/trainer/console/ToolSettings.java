package org.mococxr.trainer.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * The trainer's application.properties, read without Quarkus, which a short command need not start.
 */
public final class ToolSettings {
  private static final String FILE = "/application.properties";

  private ToolSettings() {}

  /** All of them, as they stand in the file. */
  public static Properties read() {
    Properties settings = new Properties();
    try (InputStream in = ToolSettings.class.getResourceAsStream(FILE)) {
      settings.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(FILE + " of the trainer cannot be read", e);
    }
    return settings;
  }
}

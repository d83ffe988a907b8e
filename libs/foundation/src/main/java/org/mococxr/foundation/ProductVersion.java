package org.mococxr.foundation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of this program. It stands in what is written for other versions to read. */
public final class ProductVersion {
  /** As the build has it. */
  public static final String CURRENT = read();

  private ProductVersion() {}

  private static String read() {
    Properties build = new Properties();
    try (InputStream in = ProductVersion.class.getResourceAsStream("version.properties")) {
      build.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return build.getProperty("version");
  }
}

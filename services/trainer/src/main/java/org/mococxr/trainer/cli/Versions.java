package org.mococxr.trainer.cli;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.mococxr.trainer.console.ToolSettings;
import picocli.CommandLine.IVersionProvider;

/** The versions that go into {@code --version} and into every provenance. */
public final class Versions implements IVersionProvider {
  private static final String PREFIX = "mococxr.versions.";

  /** By component. */
  public static Map<String, String> all() {
    Properties settings = ToolSettings.read();
    Map<String, String> versions = new TreeMap<>();
    for (String name : settings.stringPropertyNames()) {
      if (name.startsWith(PREFIX)) {
        versions.put(name.substring(PREFIX.length()), settings.getProperty(name));
      }
    }
    return versions;
  }

  /** A line for each component. */
  static List<String> lines() {
    return all().entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).toList();
  }

  @Override
  public String[] getVersion() {
    return lines().toArray(String[]::new);
  }
}

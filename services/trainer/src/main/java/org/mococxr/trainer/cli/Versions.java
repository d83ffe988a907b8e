package org.mococxr.trainer.cli;

import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.config.ConfigProvider;
import picocli.CommandLine.IVersionProvider;

/** The versions that go into {@code --version} and into every provenance. */
public final class Versions implements IVersionProvider {

  /** By component. */
  public static Map<String, String> all() {
    Map<String, String> versions = new TreeMap<>();
    for (String component : new String[] {"mococxr", "djl", "pytorch", "onnxruntime", "quarkus"}) {
      ConfigProvider.getConfig()
          .getOptionalValue("mococxr.versions." + component, String.class)
          .ifPresent(version -> versions.put(component, version));
    }
    return versions;
  }

  @Override
  public String[] getVersion() {
    return all().entrySet().stream()
        .map(e -> e.getKey() + " " + e.getValue())
        .toArray(String[]::new);
  }
}

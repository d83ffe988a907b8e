package org.mococxr.local.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mococxr.foundation.Json;
import org.mococxr.testkit.cluster.Image;

/** The services' images, as their Containerfiles describe them, from what was built. */
final class Images {
  /** An image whose trainer keeps the contract and trains nothing. */
  static final String NOOP_TRAINER = "test/noop-trainer:1";

  private static final Pattern VARIABLE = Pattern.compile("([A-Z_]+)=(\\S+)");
  private static final String PATH =
      Path.of(System.getProperty("java.home"), "bin") + ":/usr/bin:/bin";

  private final Path home;

  /**
   * @param home root of the repository
   */
  Images(Path home) {
    this.home = home;
  }

  /** All images by name. */
  Map<String, Image> all(String version) throws IOException {
    Map<String, Image> images = new TreeMap<>();
    for (String service : List.of("splitter", "orchestrator", "inference", "trainer")) {
      images.put("mococxr/" + service + ":" + version, service(service));
    }
    images.put(NOOP_TRAINER, noopTrainer());
    return images;
  }

  private Image service(String service) throws IOException {
    Path module = home.resolve("services").resolve(service);
    String file =
        Files.readString(module.resolve("src/main/docker/Containerfile")).replace("\\\n", " ");
    List<String> entrypoint = new ArrayList<>();
    Map<String, String> environment = new TreeMap<>();
    for (String line : file.lines().toList()) {
      if (line.startsWith("ENTRYPOINT ")) {
        Json.MAPPER
            .readTree(line.substring("ENTRYPOINT ".length()))
            .forEach(word -> entrypoint.add(word.asText()));
      } else if (line.startsWith("ENV ")) {
        Matcher variables = VARIABLE.matcher(line);
        while (variables.find()) {
          environment.put(variables.group(1), variables.group(2));
        }
      }
    }
    environment.put("PATH", PATH);
    if (!service.equals("trainer")) {
      // Quarkus' default, written out: a node gives each pod an address of its own instead.
      environment.put("QUARKUS_MANAGEMENT_HOST", "0.0.0.0");
    }
    return new Image(
        Map.of("/deployments", module.resolve("target/quarkus-app")),
        "/deployments",
        entrypoint,
        environment);
  }

  /** The orchestrator's tests have it. */
  private Image noopTrainer() {
    Path orchestrator = home.resolve("services/orchestrator/target");
    return new Image(
        Map.of(
            "/deployments/classes",
            orchestrator.resolve("test-classes"),
            "/deployments/lib",
            orchestrator.resolve("quarkus-app/lib/main")),
        "/deployments",
        List.of(
            "java",
            "-Xmx64m",
            "-Xshare:auto",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            "classes:lib/*",
            "org.mococxr.orchestrator.testing.FakeTrainer"),
        Map.of("PATH", PATH));
  }
}

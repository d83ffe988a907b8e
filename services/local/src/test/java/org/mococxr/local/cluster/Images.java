package org.mococxr.local.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.mococxr.local.testing.BuiltImages;
import org.mococxr.testkit.cluster.Image;

/** The services' images as {@code make images} writes them, unpacked, and a trainer for tests. */
final class Images {
  /** An image whose trainer keeps the contract and trains nothing. */
  static final String NOOP_TRAINER = "test/noop-trainer:1";

  /** Tag of a later version of the services, with the same content. */
  static final String NEXT = "next";

  /**
   * Tag of an earlier version of the services: with the same content, or with that of the checkout
   * that the system property {@code mococxr.previous} names.
   */
  static final String PREVIOUS = "0.0.9";

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
  Map<String, Image> all(String version) throws IOException, InterruptedException {
    Map<String, Image> images = new TreeMap<>();
    BuiltImages built = made(home, version);
    String earlier = System.getProperty("mococxr.previous", "");
    BuiltImages previous = earlier.isEmpty() ? built : made(Path.of(earlier), PREVIOUS);
    for (String service : BuiltImages.SERVICES) {
      Image image = service(built.unpacked(service).image());
      images.put("mococxr/" + service + ":" + version, image);
      images.put("mococxr/" + service + ":" + NEXT, image);
      images.put(
          "mococxr/" + service + ":" + PREVIOUS, service(previous.unpacked(service).image()));
    }
    images.put(NOOP_TRAINER, noopTrainer());
    return images;
  }

  private static BuiltImages made(Path home, String version)
      throws IOException, InterruptedException {
    BuiltImages built = new BuiltImages(home);
    built.make(version);
    return built;
  }

  private static Image service(Image image) {
    Map<String, String> environment = new TreeMap<>(image.environment());
    // Quarkus' default, written out: a node gives each pod an address of its own instead.
    environment.put("QUARKUS_MANAGEMENT_HOST", "0.0.0.0");
    return new Image(image.content(), image.workingDirectory(), image.entrypoint(), environment);
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

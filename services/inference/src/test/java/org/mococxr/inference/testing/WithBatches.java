package org.mococxr.inference.testing;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

/** A service that follows no topic and takes feedback and batch jobs. */
public final class WithBatches implements QuarkusTestProfile {
  /** New in each run of the tests, and the same for all class loaders of one. */
  private static final Path FOLDER =
      Path.of(
              System.getProperties()
                  .computeIfAbsent(
                      "mococxr.test.batches", key -> "target/batches-test-" + System.nanoTime())
                  .toString())
          .toAbsolutePath();

  /** Where jobs write. */
  public static final Path OUTPUT = FOLDER.resolve("out");

  /** A folder below which jobs may read; nobody has made it yet. */
  public static Path input(String name) {
    return FOLDER.resolve("in").resolve(name);
  }

  /** The address of a folder, whether it is there or not. */
  public static URI folder(Path path) {
    return URI.create("file://" + path + "/");
  }

  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of(
        "mococxr.inference.publications.enabled", "false",
        "mococxr.inference.feedback.folder", "target/feedback",
        "mococxr.inference.batches.inputs", folder(FOLDER.resolve("in")).toString(),
        "mococxr.inference.batches.output", folder(OUTPUT).toString(),
        "mococxr.inference.batches.lease", "PT1S");
  }
}

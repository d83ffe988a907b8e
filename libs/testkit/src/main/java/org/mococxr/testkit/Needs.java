package org.mococxr.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * What a test needs of the machine it runs on. A test whose need is not met is skipped with the
 * reason, which {@code make test} prints at its end. Where the environment says {@code CI=true} a
 * missing tool is a failure: the build there installs every tool. Shared data may be absent
 * anywhere, since it is in no repository.
 */
public final class Needs {
  private Needs() {}

  /**
   * A file or folder of the data that is shared on the developers' machines and never committed.
   *
   * @param path below the shared folder, which the system property {@code mococxr.shared} names,
   *     for example {@code data/dicom}
   */
  public static Path shared(String path) {
    Path found = Path.of(System.getProperty("mococxr.shared", "../shared")).resolve(path);
    Assumptions.assumeTrue(Files.exists(found), () -> "needs ../shared/" + path);
    return found;
  }

  /**
   * A program on the search path.
   *
   * @param names what it may be called, the first one found is taken
   */
  public static Path tool(String... names) {
    return tool(System.getenv(), names);
  }

  static Path tool(Map<String, String> environment, String... names) {
    List<Path> folders =
        List.of(environment.getOrDefault("PATH", "").split(":")).stream().map(Path::of).toList();
    Optional<Path> found =
        List.of(names).stream()
            .flatMap(name -> folders.stream().map(folder -> folder.resolve(name)))
            .filter(Files::isExecutable)
            .findFirst();
    String reason = "needs " + String.join(" or ", names) + " on the search path (PATH)";
    if (found.isEmpty() && "true".equals(environment.get("CI"))) {
      Assertions.fail(reason + "; with CI=true this is a failure");
    }
    Assumptions.assumeTrue(found.isPresent(), reason);
    return found.get();
  }
}

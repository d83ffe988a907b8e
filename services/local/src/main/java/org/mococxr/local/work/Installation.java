package org.mococxr.local.work;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.mococxr.foundation.UserErrorException;

/**
 * The project as it was built: where the services' jars, the command-line tool and the experiment
 * templates are.
 *
 * @param root the repository's folder
 */
public record Installation(Path root) {
  /** System property that {@code bin/mococxr} sets to the repository's folder. */
  public static final String HOME_PROPERTY = "mococxr.home";

  /** The installation that this process was started from. */
  public static Installation current() {
    String home = System.getProperty(HOME_PROPERTY);
    if (home == null) {
      throw new UserErrorException(
          "-D" + HOME_PROPERTY, "is not set", "start this program through bin/mococxr");
    }
    return new Installation(Path.of(home).toAbsolutePath().normalize());
  }

  /** The runnable jar of a Quarkus service, for example {@code splitter}. */
  public Path serviceJar(String service) {
    return root.resolve("services/" + service + "/target/quarkus-app/quarkus-run.jar");
  }

  /** The command-line tool, which is also what the orchestrator starts training with. */
  public Path tool() {
    return root.resolve("bin/mococxr");
  }

  /** An experiment template of the repository, for example {@code demo.yaml}. */
  public Path experiment(String name) {
    return root.resolve("experiments").resolve(name);
  }

  /** The JDK's launcher that this process runs on: {@code bin/mococxr} has chosen it. */
  public Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  /** Fails with the remedy if something that is to be started has not been built. */
  public void requireBuilt(List<String> services) {
    for (String service : services) {
      if (!Files.isRegularFile(serviceJar(service))) {
        throw UserErrorException.at(
            serviceJar(service), "the " + service + " is not built", "run: make build");
      }
    }
  }
}

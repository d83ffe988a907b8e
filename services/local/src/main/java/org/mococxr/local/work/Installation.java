package org.mococxr.local.work;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

  /**
   * The command that starts a service on this JDK. A service for which there is an archive of
   * loaded classes ({@code bin/archive-service}) starts with it; one of another JDK or of other
   * jars is passed over by the JVM.
   *
   * @param options of the JVM, beside those that every service has
   */
  public List<String> launch(String service, List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(java().toString());
    command.addAll(options);
    command.addAll(List.of("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
    int jdk = Runtime.version().feature();
    if (jdk >= 23) { // older ones do not know the option, nor warn
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    Path archive = root.resolve("services/" + service + "/target/" + service + ".aot");
    if (jdk >= 25 && Files.isRegularFile(archive)) {
      command.addAll(List.of("-XX:AOTCache=" + archive, "-Xlog:aot*=off,cds*=off"));
    }
    command.addAll(List.of("-jar", serviceJar(service).toString()));
    return List.copyOf(command);
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

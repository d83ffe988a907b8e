package org.mococxr.local.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.mococxr.foundation.Folders;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.local.work.Installation;
import org.mococxr.local.work.RunningServices;

/** The phantoms, drawn by the trainer's command line; drawn once for the same seed and options. */
final class PhantomInput {
  private final Installation installation;
  private final RunningServices running;

  PhantomInput(Installation installation, RunningServices running) {
    this.installation = installation;
    this.running = running;
  }

  /**
   * The folder of the phantoms; it exists only when it is complete.
   *
   * @param options options of {@code mococxr dataset phantom} without their dashes
   */
  Path make(Path folder, Map<String, Object> options, long seed)
      throws IOException, InterruptedException {
    Map<String, Object> all = new TreeMap<>(options);
    all.put("seed", seed);
    Path made = folder.resolve("phantom-" + name(all));
    if (Files.isDirectory(made)) {
      return made;
    }
    Files.createDirectories(folder);
    Path partial = folder.resolve("." + made.getFileName() + ".partial");
    Folders.delete(partial); // of a run that was stopped
    List<String> command = new ArrayList<>();
    command.addAll(List.of(installation.tool().toString(), "dataset", "phantom"));
    command.addAll(List.of("--out", partial.toString()));
    all.forEach((key, value) -> command.addAll(List.of("--" + key, value.toString())));
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().put(RunningServices.SESSION_VARIABLE, running.session());
    int code = builder.start().waitFor();
    if (code != 0) {
      throw code == UserErrorException.EXIT_CODE
          ? new UserErrorException(
              "phantom options", "were refused, see above", "mend the phantom's options")
          : new IllegalStateException("the phantom generator ended with exit code " + code);
    }
    Files.move(partial, made);
    return made;
  }

  /** The same options give the same name on every machine. */
  private static String name(Map<String, Object> options) {
    UUID id = UUID.nameUUIDFromBytes(options.toString().getBytes(StandardCharsets.UTF_8));
    return options.get("seed") + "-" + id.toString().substring(0, 8);
  }
}

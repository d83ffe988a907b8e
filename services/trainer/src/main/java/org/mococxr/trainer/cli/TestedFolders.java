package org.mococxr.trainer.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.evaluation.FineTuned;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.Subject;

/**
 * Folders that {@code finetune} wrote, described by what they say of themselves.
 *
 * @param architecture of all that do not name another
 * @param runs each as intervals and reports want it: initialisation, mode, fraction, draw, run
 * @param folders by the name in {@code runs}
 */
record TestedFolders(
    String architecture, List<Map<String, Object>> runs, Map<String, Path> folders) {

  static TestedFolders read(List<Path> given) {
    List<Map<String, Object>> runs = new ArrayList<>();
    Map<String, Path> folders = new LinkedHashMap<>();
    FineTuned.Description first = null;
    for (Path folder : given) {
      Path file = folder.resolve(FineTuned.DESCRIPTION);
      if (!Files.isRegularFile(file)) {
        throw UserErrorException.at(
            folder, "there is no " + FineTuned.DESCRIPTION, "expected what 'finetune' wrote");
      }
      FineTuned.Description d = Json.read(file, FineTuned.Description.class);
      first = first == null ? d : first;
      if (!d.tasks().equals(first.tasks())) {
        throw UserErrorException.at(
            folder, "it is for " + d.tasks(), "expected " + first.tasks() + " as the first run");
      }
      boolean other = !d.architecture().equals(first.architecture());
      String name =
          new Subject(d.initialisation(), d.mode(), d.fraction(), d.draw())
              .with(other ? d.architecture() : null)
              .run(RunKind.FINETUNE);
      Map<String, Object> run = new LinkedHashMap<>();
      run.put("initialisation", d.initialisation());
      run.put("mode", d.mode());
      run.put("fraction", d.fraction());
      run.put("draw", d.draw());
      run.put("run", name);
      if (other) {
        run.put("architecture", d.architecture());
      }
      runs.add(run);
      if (folders.put(name, folder) != null) {
        throw UserErrorException.at(
            folder,
            "there are two runs of " + name,
            "give each run once; encoders of one kind are told apart by finetune --initialisation NAME");
      }
    }
    return new TestedFolders(first.architecture(), runs, folders);
  }
}

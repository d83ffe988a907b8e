package org.mococxr.trainer.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.artifacts.Provenance;
import org.mococxr.foundation.Yaml;

/**
 * How to get a report's numbers again.
 *
 * @param commands in order, with remarks as a shell has them
 * @param yaml the experiment that they submit; null if the runs were made one by one
 */
record Repetition(List<String> commands, String yaml) {

  /**
   * By submitting the experiment again.
   *
   * @param spec the experiment with its defaults
   */
  static Repetition ofExperiment(Map<String, Object> spec) {
    String file = spec.get("name") + ".yaml";
    List<String> commands = new ArrayList<>();
    commands.add("# Save the experiment below as " + file + ".");
    if (spec.get("data") instanceof Map<?, ?> data && data.get("root") != null) {
      commands.add(
          "# Its data.root names the folder of the images, here " + data.get("root") + ":");
      commands.add(
          "# change it to where they are. The digest of split.json tells whether they and");
      commands.add("# their split are the same.");
    }
    commands.add("make up");
    commands.add("bin/mococxr experiment submit " + file);
    return new Repetition(commands, yaml(spec));
  }

  /**
   * Each run by the command that its provenance names, in the order in which they began.
   *
   * @param report the report's own folder
   */
  static Repetition ofRuns(Collection<Provenance> runs, Path report) {
    List<String> commands = new ArrayList<>();
    commands.add("# What is done is not done again: move the folders of the runs away, all but");
    commands.add("# their spec.json.");
    runs.stream()
        .sorted(Comparator.comparing(Provenance::started))
        .forEach(run -> commands.add("bin/" + String.join(" ", run.command())));
    commands.add("bin/mococxr run --spec " + report.resolve("spec.json"));
    return new Repetition(commands, null);
  }

  private static String yaml(Map<String, Object> spec) {
    try {
      return Yaml.MAPPER.writeValueAsString(said(spec));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an experiment that came as JSON cannot be YAML", e);
    }
  }

  /** Without nulls and empty maps: what is absent means the same, and reads better. */
  private static Object said(Object value) {
    return switch (value) {
      case Map<?, ?> map -> {
        Map<Object, Object> kept = new LinkedHashMap<>();
        map.forEach(
            (key, each) -> {
              if (each != null && !(each instanceof Map<?, ?> inner && inner.isEmpty())) {
                kept.put(key, said(each));
              }
            });
        yield kept;
      }
      case List<?> list -> list.stream().map(Repetition::said).toList();
      default -> value;
    };
  }
}

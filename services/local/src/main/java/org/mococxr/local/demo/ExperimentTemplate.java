package org.mococxr.local.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.foundation.Yaml;
import org.mococxr.specs.ExperimentSpec;

/** An experiment of the repository with the data, the task and the seed put in. */
final class ExperimentTemplate {
  private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

  private ExperimentTemplate() {}

  /**
   * @param template the experiment without its data's folder
   * @param root the folder of the images
   * @param settings sections to fields that are laid over the template's
   * @param task replaces the template's tasks, if given
   */
  static ExperimentSpec fill(
      Path template,
      Path root,
      Map<String, Map<String, Object>> settings,
      Optional<String> task,
      long seed) {
    Map<String, Object> spec = read(template);
    settings.forEach(
        (section, fields) -> {
          if (!fields.isEmpty()) {
            spec.put(section, over(spec.get(section), fields));
          }
        });
    spec.put(
        "data",
        over(spec.get("data"), Map.of("root", root.toAbsolutePath().normalize().toString())));
    spec.put("seed", seed);
    task.ifPresent(name -> spec.put("tasks", List.of(name)));
    return ExperimentSpec.parse(Json.text(spec), template.toString());
  }

  private static Map<String, Object> over(Object section, Map<String, Object> fields) {
    Map<String, Object> both = new LinkedHashMap<>();
    if (section instanceof Map<?, ?> given) {
      given.forEach((key, value) -> both.put(key.toString(), value));
    }
    both.putAll(fields);
    return both;
  }

  /** A YAML file that holds a map. */
  static Map<String, Object> read(Path file) {
    try {
      Map<String, Object> map = Yaml.MAPPER.readValue(Files.readString(file), MAP);
      return map == null ? new LinkedHashMap<>() : new LinkedHashMap<>(map);
    } catch (JsonProcessingException e) {
      throw UserErrorException.at(file, "is no YAML map: " + e.getOriginalMessage(), "mend it");
    } catch (IOException e) {
      throw FileErrors.reading(file, e, "name a file that is there");
    }
  }
}

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
   * @param task replaces the template's tasks, if given
   */
  static ExperimentSpec fill(Path template, Path root, Optional<String> task, long seed) {
    Map<String, Object> spec = read(template);
    Map<String, Object> data = new LinkedHashMap<>();
    if (spec.get("data") instanceof Map<?, ?> given) {
      given.forEach((key, value) -> data.put(key.toString(), value));
    }
    data.put("root", root.toAbsolutePath().normalize().toString());
    spec.put("data", data);
    spec.put("seed", seed);
    task.ifPresent(name -> spec.put("tasks", List.of(name)));
    return ExperimentSpec.parse(Json.text(spec), template.toString());
  }

  /** A YAML file that holds a map. */
  static Map<String, Object> read(Path file) {
    try {
      Map<String, Object> map = Yaml.MAPPER.readValue(Files.readString(file), MAP);
      return map == null ? new LinkedHashMap<>() : new LinkedHashMap<>(map);
    } catch (JsonProcessingException e) {
      throw UserErrorException.at(file, "is no YAML map: " + e.getOriginalMessage(), "mend it");
    } catch (IOException e) {
      throw UserErrorException.at(file, "cannot be read", "name a file that is there");
    }
  }
}

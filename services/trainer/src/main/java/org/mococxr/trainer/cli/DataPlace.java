package org.mococxr.trainer.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.foundation.Yaml;
import org.mococxr.specs.data.DataSource;
import org.mococxr.specs.option.Options;

/**
 * The data that a command is given: a folder with flags, or a file that describes one or several.
 */
final class DataPlace {
  /** What commands say of the parameter. */
  static final String HELP =
      "The data set; its format is recognised. Or a YAML file with what an experiment has as data,"
          + " above all a list of several data sets; an experiment's file is one too.";

  /** Options that make sense among several data sets only, and the place itself. */
  private static final Set<String> IN_FILES =
      Set.of("root", "name", "weight", "unlabelled", "more");

  private DataPlace() {}

  /**
   * The options that are no flags.
   *
   * @param prefix of the option that holds the source, with its dot; empty if it is the whole
   * @param others that the command gives itself
   */
  static Set<String> without(String prefix, String... others) {
    return Stream.concat(IN_FILES.stream().map(name -> prefix + name), Stream.of(others))
        .collect(Collectors.toSet());
  }

  /** True for a file that describes data. */
  static boolean isDescription(Path place) {
    return Files.isRegularFile(place) && place.toString().matches("(?i).*\\.(ya?ml|json)");
  }

  /**
   * The source at a place.
   *
   * @param told the flags that were given
   * @param location for messages: the command
   */
  static DataSource source(Path place, Object told, String location) {
    Map<String, Object> flags = new LinkedHashMap<>();
    if (told instanceof Map<?, ?> some) {
      some.forEach((name, value) -> flags.put(name.toString(), value));
    }
    if (!isDescription(place)) {
      flags.put("root", absolute(place.toString()));
      return Options.read(flags, DataSource.class, location);
    }
    if (!flags.isEmpty()) {
      throw new UserErrorException(
          place.toString(),
          "is given with flags for " + flags.keySet(),
          "write them into the file");
    }
    try {
      JsonNode tree = Yaml.MAPPER.readTree(Files.readString(place));
      JsonNode data = tree.has("data") ? tree.get("data") : tree;
      DataSource source = Options.read(data, DataSource.class, place.toString());
      DataSource absolute =
          DataSource.listed(
              source.each().stream().map(one -> one.with("root", absolute(one.root()))).toList());
      absolute.check();
      return absolute;
    } catch (JsonProcessingException e) {
      throw UserErrorException.at(place, "is no YAML", "expected what an experiment has as data");
    } catch (IOException e) {
      throw FileErrors.reading(place, e, "expected a folder or a YAML file");
    }
  }

  private static String absolute(String root) {
    return root.startsWith("file:") ? root : Path.of(root).toAbsolutePath().normalize().toString();
  }
}

package org.mococxr.orchestrator.rest;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.mococxr.foundation.Yaml;

/**
 * An experiment of the repository's folder {@code experiments}, with which the dashboard's form can
 * begin. The folder of the data is mostly the user's to fill in.
 *
 * @param name of the experiment
 * @param about what it is for
 * @param spec what it says, without what holds by default
 */
public record Preset(String name, String about, Map<String, Object> spec) {
  /** Those that the jar has: a native program cannot list its resources. */
  private static final List<String> NAMES =
      List.of(
          "paper-chexpert-effusion",
          "paper-shenzhen-tb",
          "paper-transfer-tb",
          "nih-sample",
          "demo");

  private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

  /** All of them, in the order in which they are offered. */
  static List<Preset> all() {
    return NAMES.stream().map(Preset::read).toList();
  }

  private static Preset read(String name) {
    try (InputStream file = Preset.class.getResourceAsStream("/presets/" + name + ".yaml")) {
      if (file == null) {
        throw new IllegalStateException("the preset " + name + " is not in the jar");
      }
      String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      return new Preset(name, comment(text), Yaml.MAPPER.readValue(text, MAP));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The comment at its head, which begins with a line for editors. */
  private static String comment(String text) {
    return text.lines()
        .takeWhile(line -> line.startsWith("#"))
        .filter(line -> !line.contains("yaml-language-server"))
        .map(line -> line.substring(1).strip())
        .collect(Collectors.joining(" "));
  }
}

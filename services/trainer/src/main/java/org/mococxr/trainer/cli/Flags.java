package org.mococxr.trainer.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.foundation.Yaml;
import org.mococxr.specs.option.Declared;
import org.mococxr.specs.option.Form;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.option.Options;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * Flags of the command line made from the declarations of options: names, help, defaults, choices
 * and ranges are said there and nowhere else. An option that holds options of its own has a flag
 * for each of them, or, where it declares a flag itself, one that takes YAML.
 */
final class Flags {
  private Flags() {}

  /** Adds the flags of every command that has some, below a command line too. */
  static void addTo(CommandLine line) {
    if (line.getCommand() instanceof Told command) {
      add(line.getCommandSpec(), command.told(), command.without());
    }
    line.getSubcommands().values().forEach(Flags::addTo);
  }

  private static void add(CommandSpec command, Class<?> type, Set<String> without) {
    Map<String, List<OptionSpec>> groups = new LinkedHashMap<>();
    for (Flag flag : flags(type, without)) {
      groups.computeIfAbsent(flag.option().group(), g -> new ArrayList<>()).add(spec(flag));
    }
    groups.forEach(
        (heading, options) -> {
          if (heading.isEmpty()) {
            options.forEach(command::addOption);
          } else {
            ArgGroupSpec.Builder group =
                ArgGroupSpec.builder().validate(false).heading("%n" + heading + ":%n");
            options.forEach(group::addArg);
            command.addArgGroup(group.build());
          }
        });
  }

  /**
   * An option of a command.
   *
   * @param path the names of the options that hold it, and its own
   * @param group heading under which the help has it
   */
  private record Flag(List<String> path, Declared option, String group) {
    boolean truth() {
      return option.elementType() == boolean.class || option.elementType() == Boolean.class;
    }

    boolean map() {
      return Map.class.isAssignableFrom(option.elementType());
    }

    /** Written in YAML: it has a structure of its own. */
    boolean structured() {
      return option.elementType().isAnnotationPresent(Form.class)
          || OptionRecord.class.isAssignableFrom(option.elementType());
    }

    JsonNode node(String text) {
      if (!structured()) {
        return TextNode.valueOf(text);
      }
      try {
        return Yaml.MAPPER.readTree(text);
      } catch (JsonProcessingException e) {
        throw new UserErrorException("", "found '" + text + "'", "expected YAML", e);
      }
    }
  }

  private static List<Flag> flags(Class<?> type, Set<String> without) {
    List<Flag> flags = new ArrayList<>();
    for (Declared option : Declared.of(type)) {
      if (without.contains(option.name())) {
        continue;
      }
      boolean holds =
          OptionRecord.class.isAssignableFrom(option.component().getType())
              && option.option().flags().length == 0;
      if (!holds) {
        flags.add(new Flag(List.of(option.name()), option, option.group()));
        continue;
      }
      for (Flag below : flags(option.component().getType(), inner(option.name(), without))) {
        List<String> path = new ArrayList<>(List.of(option.name()));
        path.addAll(below.path());
        String group = below.group().isEmpty() ? option.group() : below.group();
        flags.add(new Flag(path, below.option(), group));
      }
    }
    return flags;
  }

  /** What is left out below an option. */
  static Set<String> inner(String option, Set<String> without) {
    String prefix = option + ".";
    return without.stream()
        .filter(name -> name.startsWith(prefix))
        .map(name -> name.substring(prefix.length()))
        .collect(Collectors.toSet());
  }

  private static OptionSpec spec(Flag flag) {
    Declared option = flag.option();
    OptionSpec.Builder spec =
        OptionSpec.builder(option.flags().toArray(String[]::new))
            .description(help(option))
            .required(option.option().required())
            .paramLabel(label(flag))
            .converters(text -> checked(flag, text));
    if (flag.truth()) {
      return spec.type(String.class).arity("0..1").fallbackValue("true").build();
    }
    if (option.isList() || flag.map()) {
      // A value may have commas of its own: --query modality=CR,DX,from=2020-01-01.
      String between = flag.map() ? ",(?=[A-Za-z]+=)" : ",";
      return spec.type(List.class).auxiliaryTypes(String.class).splitRegex(between).build();
    }
    return spec.type(String.class).build();
  }

  private static String label(Flag flag) {
    String label = flag.option().option().label();
    return !label.isEmpty() ? label : flag.truth() ? "BOOL" : "NAME";
  }

  /** Meaning, choices, range and default in one or two sentences. */
  private static String[] help(Declared option) {
    String meaning = option.option().value();
    StringBuilder text = new StringBuilder();
    if (!option.option().only().isEmpty()) {
      text.append(option.option().only()).append(": ").append(meaning);
    } else {
      text.append(meaning.substring(0, 1).toUpperCase(Locale.ROOT)).append(meaning.substring(1));
    }
    List<String> choices = option.choices();
    if (!choices.isEmpty() && !choices.stream().allMatch(meaning::contains)) {
      text.append("; one of ").append(String.join(", ", choices));
    }
    option.range().ifPresent(range -> text.append("; ").append(range));
    text.append('.');
    if (!option.option().required()) {
      String byDefault =
          option.defaultText().orElse("none").replaceAll("^[\\[{'](.*)[\\]}']$", "$1");
      text.append(" Default: ").append(byDefault.isEmpty() ? "none" : byDefault).append('.');
    }
    return new String[] {text.toString().replace("%", "%%")};
  }

  /** The text itself, once it is known that the option takes it. */
  private static String checked(Flag flag, String text) {
    try {
      if (flag.map()) {
        pair(text);
      } else {
        flag.option().read(flag.node(text));
      }
      return text;
    } catch (UserErrorException e) {
      throw new CommandLine.TypeConversionException(e.problem() + " (" + e.remedy() + ")");
    }
  }

  private static String[] pair(String text) {
    String[] pair = text.split("=", 2);
    if (pair.length < 2) {
      throw new UserErrorException("", "found '" + text + "'", "expected NAME=VALUE");
    }
    return pair;
  }

  /** The options that were given to a command, by name. */
  static Map<String, Object> given(CommandSpec command) {
    Told told = (Told) command.userObject();
    ParseResult parsed = command.commandLine().getParseResult();
    Map<String, Object> given = new LinkedHashMap<>();
    for (Flag flag : flags(told.told(), told.without())) {
      String name = flag.option().flags().getFirst();
      if (parsed.hasMatchedOption(name)) {
        put(given, flag.path(), value(flag, parsed.matchedOption(name).getValue()));
      }
    }
    return given;
  }

  /** The record of what was given to a command, with what the command gives itself. */
  static <T extends OptionRecord> T read(
      CommandSpec command, Class<T> type, Map<String, ?> besides) {
    Map<String, Object> given = given(command);
    given.putAll(besides);
    return Options.read(given, type, command.qualifiedName());
  }

  @SuppressWarnings("unchecked")
  private static void put(Map<String, Object> given, List<String> path, Object value) {
    Map<String, Object> at = given;
    for (String name : path.subList(0, path.size() - 1)) {
      at = (Map<String, Object>) at.computeIfAbsent(name, n -> new LinkedHashMap<String, Object>());
    }
    at.put(path.getLast(), value);
  }

  private static Object value(Flag flag, Object given) {
    if (flag.map()) {
      Map<String, Object> map = new LinkedHashMap<>();
      ((List<?>) given)
          .forEach(each -> map.put(pair(each.toString())[0], pair(each.toString())[1]));
      return map;
    }
    return flag.structured() ? flag.node(given.toString()) : typed(flag, given);
  }

  /** In JSON's types, so that a specification holds numbers and not their text. */
  private static Object typed(Flag flag, Object given) {
    Object read = flag.option().read(Json.MAPPER.valueToTree(given));
    return Json.MAPPER.convertValue(read, Object.class);
  }
}

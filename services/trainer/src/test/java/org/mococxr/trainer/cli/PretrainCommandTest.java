package org.mococxr.trainer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.Json;
import org.mococxr.imaging.augmentation.Augmentations;
import org.mococxr.learning.pretraining.PretrainOptions;
import org.mococxr.specs.RunSpec;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What the command line offers is what a run can be told. */
class PretrainCommandTest {
  /** Inputs of a run, by the field that the workload puts them in. */
  private static final Map<String, String> FIELDS =
      Map.of(
          "pretrain", "manifest",
          "root", "root",
          "weights", "weights",
          "train", "probe.train",
          "valid", "probe.test");

  /** These are not of the run's options, or must be given. */
  private static final Set<String> WITHOUT_DEFAULT =
      Set.of("--manifest", "--out", "--preset", "--set", "--help", "--version");

  @TempDir Path folder;

  @BeforeEach
  void makeManifests() throws IOException {
    for (String name : List.of("pretrain.csv", "train.csv", "valid.csv", "file")) {
      Files.writeString(folder.resolve(name), "");
    }
  }

  @Test
  void everyOptionOfARunHasAName() {
    Set<String> reached = new TreeSet<>(reached(spec()));
    options().forEach(option -> reached.addAll(reachedBy(option)));
    Set<String> there = new TreeSet<>();
    for (RecordComponent component : PretrainOptions.class.getRecordComponents()) {
      if (component.getType().isRecord()) {
        for (RecordComponent inner : component.getType().getRecordComponents()) {
          there.add(component.getName() + "." + inner.getName());
        }
      } else if (!component.getName().equals("augmentationOptions")) {
        there.add(component.getName());
      }
    }
    Set<String> missing = new TreeSet<>(there);
    missing.removeAll(reached);
    assertEquals(Set.of(), missing, "fields of PretrainOptions that no option sets");
  }

  @Test
  void theOptionsOfAnAugmentationAreThoseItTakes() {
    Map<String, List<String>> named =
        Map.of(
            "chexpert", List.of("--flip", "--degrees"),
            "moco_v1", List.of("--flip", "--min-scale", "--brightness", "--contrast"),
            "moco_v2", List.of("--jitter", "--blur", "--min-scale"));
    named.forEach(
        (augmentation, options) -> {
          List<String> line = new ArrayList<>(List.of("--augmentation", augmentation));
          options.forEach(option -> line.addAll(List.of(option, "0.25")));
          line.addAll(List.of("--set", "augmentationOptions={clahe: {clip: 3}}"));
          @SuppressWarnings("unchecked")
          Map<String, Object> given =
              (Map<String, Object>)
                  spec(line.toArray(String[]::new)).options().get("augmentationOptions");
          assertEquals(options.size() + 1, given.size());
          Augmentations.named(augmentation, 32, given);
        });
  }

  @Test
  void theHelpSaysTheDefaultThatARunHas() {
    PretrainOptions defaults =
        Json.MAPPER.convertValue(Map.of("manifest", "m.csv", "root", "."), PretrainOptions.class);
    Map<String, Object> values = new TreeMap<>();
    values.put("image.size", defaults.imageSize());
    values.put(
        "probe.neighbours", new PretrainOptions.Probe(null, null, null, null, null).neighbours());
    for (RecordComponent component : PretrainOptions.class.getRecordComponents()) {
      Object value = value(component, defaults);
      if (value instanceof Number || value instanceof String || value instanceof Boolean) {
        values.put(component.getName(), value);
      } else if (value instanceof List<?> list) {
        values.put(
            component.getName(),
            list.stream().map(Object::toString).collect(Collectors.joining(",")));
      }
    }
    for (OptionSpec option : options()) {
      for (String field : reachedBy(option)) {
        if (values.containsKey(field)) {
          assertSays(option, values.remove(field));
        }
      }
    }
    assertEquals(Map.of(), values, "defaults that the help does not say");
  }

  @Test
  void everyOptionSaysItsDefault() {
    List<String> silent =
        options().stream()
            .filter(option -> Arrays.stream(option.names()).noneMatch(WITHOUT_DEFAULT::contains))
            .filter(option -> !text(option).contains("Default: ") || !text(option).endsWith("."))
            .map(OptionSpec::longestName)
            .toList();
    assertEquals(List.of(), silent);
  }

  private static void assertSays(OptionSpec option, Object value) {
    String said = text(option).replaceFirst("(?s).*Default: (\\S+).*", "$1");
    String word = said.replaceFirst("[.,]+$", "");
    boolean equal =
        value instanceof Number number
            ? Double.parseDouble(word) == number.doubleValue()
            : word.equals(value.toString());
    assertTrue(equal, () -> option.longestName() + " says " + word + ", a run has " + value);
  }

  private static String text(OptionSpec option) {
    return String.join(" ", option.description());
  }

  private static Object value(RecordComponent component, PretrainOptions options) {
    try {
      return component.getAccessor().invoke(options);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private static List<OptionSpec> options() {
    return new CommandLine(new PretrainCommand()).getCommandSpec().options();
  }

  /** The fields that the option alone sets. */
  private Set<String> reachedBy(OptionSpec option) {
    boolean many = Set.of("--set", "--preset").contains(option.longestName());
    if (many || option.usageHelp() || option.versionHelp()) {
      return Set.of();
    }
    if (option.longestName().equals("--seed")) {
      return spec("--seed", "7").seed() == 7 ? Set.of("seed") : Set.of();
    }
    List<String> line = new ArrayList<>(List.of(option.longestName()));
    if (option.arity().max() > 0) {
      line.add(sample(option));
    }
    Set<String> reached = new TreeSet<>(reached(spec(line.toArray(String[]::new))));
    reached.removeAll(reached(spec()));
    if (option.longestName().startsWith("--probe-")) {
      // These switch the probe on, which sets its manifests.
      reached.removeIf(
          field ->
              field.startsWith("probe.")
                  && !field.equals("probe." + option.longestName().substring(8)));
    }
    return reached;
  }

  private String sample(OptionSpec option) {
    Class<?> type = option.typeInfo().getType();
    if (type == Map.class) {
      return "image=1";
    }
    return type == Path.class
        ? folder.resolve("file").toString()
        : type == Boolean.class ? "true" : type == Double.class ? "0.5" : "1";
  }

  private static Set<String> reached(RunSpec spec) {
    Set<String> reached = new TreeSet<>();
    spec.inputs().keySet().forEach(role -> reached.add(FIELDS.get(role)));
    spec.options()
        .forEach(
            (name, value) -> {
              if (value instanceof Map<?, ?> inner) {
                inner.keySet().forEach(key -> reached.add(name + "." + key));
              } else {
                reached.add(name);
              }
            });
    return reached;
  }

  private RunSpec spec(String... more) {
    Map<String, String> given = new LinkedHashMap<>();
    given.put("--manifest", folder.resolve("pretrain.csv").toString());
    given.put("--out", folder.resolve("run").toString());
    List<String> line = new ArrayList<>(List.of(more));
    given.forEach(
        (name, value) -> {
          if (!line.contains(name)) {
            line.addAll(List.of(name, value));
          }
        });
    PretrainCommand command = new PretrainCommand();
    new CommandLine(command).parseArgs(line.toArray(String[]::new));
    return command.request().spec();
  }
}

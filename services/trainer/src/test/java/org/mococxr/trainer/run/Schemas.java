package org.mococxr.trainer.run;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mococxr.evaluation.intervals.BootstrapOptions;
import org.mococxr.foundation.Json;
import org.mococxr.learning.features.EmbedOptions;
import org.mococxr.learning.features.ImageOptions;
import org.mococxr.learning.finetuning.FineTuneOptions;
import org.mococxr.learning.network.Architectures;
import org.mococxr.learning.pretraining.PretrainOptions;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.InitialisationSpec;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;
import org.mococxr.specs.option.OptionSchema;

/**
 * The published JSON Schemas, made of the records that read what they describe: fields and types
 * are the records', descriptions their Javadoc's, defaults, choices and bounds what their
 * constructors say when asked.
 */
final class Schemas {
  /** What the planner fills in; a user who wrote it in a section would be overruled. */
  private static final Set<String> OF_THE_PLANNER =
      Set.of(
          "manifest",
          "root",
          "train",
          "valid",
          "test",
          "encoder",
          "features",
          "cache",
          "architecture",
          "tasks",
          "initialisation",
          "mode",
          "fraction",
          "draw",
          "run",
          "runs",
          "seed");

  private static final Map<String, Object> PATHS =
      Map.of("root", "/data", "train", "a.csv", "valid", "b.csv", "test", "c.csv");

  /** The sections of an experiment that the orchestrator hands on, by who reads them. */
  private static final Map<String, SectionReader> SECTIONS = new LinkedHashMap<>();

  /** The options of a run, by who reads them. */
  private static final Map<RunKind, SectionReader> RUNS = new LinkedHashMap<>();

  /** Choices that are not enforced by a constructor but where the value is used, by field. */
  private static final Map<String, List<String>> CHOICES = new LinkedHashMap<>();

  static {
    SECTIONS.put("image", new SectionReader(ImageOptions.class, Map.of(), Set.of()));
    SECTIONS.put(
        "pretraining",
        new SectionReader(
            PretrainOptions.class, Map.of("manifest", "a.csv", "root", "/data"), OF_THE_PLANNER));
    SECTIONS.put("linear", fineTuning(FineTuneOptions.LINEAR, "weights", "image"));
    SECTIONS.put("endToEnd", fineTuning(FineTuneOptions.END_TO_END, "weights"));
    SECTIONS.put("intervals", told(IntervalsWorkload.Options.class, OF_THE_PLANNER, "image"));
    SECTIONS.put(
        "serve",
        told(ExportWorkload.Options.class, Set.of(), "architecture", "tasks", "image", "run"));

    Set<String> inputs = Set.of("encoder", "weights", "features", "root", "train", "valid", "test");
    RUNS.put(
        RunKind.PRETRAIN,
        new SectionReader(
            PretrainOptions.class,
            Map.of("manifest", "a.csv", "root", "/data"),
            Set.of("manifest", "root")));
    RUNS.put(
        RunKind.EMBED,
        new SectionReader(EmbedOptions.class, with(PATHS, "architecture", "resnet18"), inputs));
    RUNS.put(
        RunKind.FINETUNE,
        new SectionReader(
            FineTuneOptions.class,
            with(with(PATHS, "architecture", "resnet18"), "tasks", List.of("Edema")),
            inputs));
    RUNS.put(RunKind.SELECT, told(SelectWorkload.Options.class, Set.of()));
    RUNS.put(RunKind.TEST, told(TestWorkload.Options.class, Set.of()));
    RUNS.put(RunKind.INTERVALS, told(IntervalsWorkload.Options.class, Set.of()));
    RUNS.put(RunKind.EXPORT, told(ExportWorkload.Options.class, Set.of()));
    RUNS.put(RunKind.REPORT, told(ReportWorkload.Options.class, Set.of()));

    CHOICES.put("PretrainOptions.augmentation", List.of("none", "chexpert", "moco_v1", "moco_v2"));
    for (String image : List.of("Image", "ImageOptions")) {
      CHOICES.put(image + ".geometry", List.of("shorter-side", "square"));
      CHOICES.put(image + ".normalisation", List.of("chexpert", "imagenet"));
    }
    CHOICES.put("ExperimentSpec.architecture", Architectures.names());
    List<String> modes = List.of(ExperimentSpec.LINEAR, ExperimentSpec.END_TO_END);
    List<String> initialisations =
        List.of(InitialisationSpec.MOCO, InitialisationSpec.RANDOM, InitialisationSpec.IMAGENET);
    CHOICES.put("Options.mode", modes);
    CHOICES.put("Options.initialisation", initialisations);
    CHOICES.put("Options.unit", lowerCase(BootstrapOptions.Unit.values()));
    CHOICES.put("Options.method", lowerCase(BootstrapOptions.Method.values()));
    CHOICES.put("Options.aggregation", List.of("mean", "max"));
  }

  private Schemas() {}

  private static SectionReader fineTuning(String mode, String... alsoOmitted) {
    Map<String, Object> least = with(PATHS, "architecture", "resnet18");
    least = with(least, "tasks", List.of("Edema"));
    return new SectionReader(
        FineTuneOptions.class, with(least, "mode", mode), union(OF_THE_PLANNER, alsoOmitted));
  }

  private static SectionReader told(Class<?> type, Set<String> omitted, String... alsoOmitted) {
    return new SectionReader(type, Map.of(), union(omitted, alsoOmitted));
  }

  private static Set<String> union(Set<String> some, String... more) {
    return Stream.concat(some.stream(), Arrays.stream(more)).collect(Collectors.toSet());
  }

  private static Map<String, Object> with(Map<String, Object> map, String key, Object value) {
    Map<String, Object> copy = new LinkedHashMap<>(map);
    copy.put(key, value);
    return copy;
  }

  private static List<String> lowerCase(Enum<?>[] values) {
    return Arrays.stream(values).map(v -> v.name().toLowerCase(Locale.ROOT)).toList();
  }

  /** Who reads a section of an experiment. */
  static Map<String, SectionReader> sections() {
    return SECTIONS;
  }

  /** The schema of an experiment's file. */
  static ObjectNode experiment() {
    ObjectNode schema = Json.MAPPER.createObjectNode();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", "An experiment");
    schema.put("description", SourceDocs.of(ExperimentSpec.class).text());
    schema.setAll(OptionSchema.of(ExperimentSpec.class));
    ObjectNode properties = (ObjectNode) schema.get("properties");
    SECTIONS.forEach((name, section) -> replace(properties, name, of(section, false)));
    properties.withObject("/name").put("pattern", "^[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?$");
    properties
        .withObject("/architecture")
        .set("enum", Json.MAPPER.valueToTree(Architectures.names()));
    initialisations(properties.withObject("/initialisations"));
    return schema;
  }

  /** The schema of a run's {@code spec.json}. */
  static ObjectNode run() {
    SectionReader reader =
        new SectionReader(
            RunSpec.class,
            Map.of("experiment", "e", "run", "r", "kind", "EMBED", "output", "file:///r/"),
            Set.of());
    ObjectNode schema = document("A run", reader);
    ArrayNode rules = schema.putArray("allOf");
    ObjectNode definitions = schema.putObject("$defs");
    RUNS.forEach(
        (kind, options) -> {
          String name = kind.name().toLowerCase(Locale.ROOT);
          ObjectNode definition = of(options, false);
          if (kind == RunKind.PRETRAIN) {
            definition
                .withObject("/properties/tasks")
                .put("description", "the experiment's findings; for the probe")
                .put("type", "array");
          }
          definitions.set(name, definition);
          ObjectNode rule = rules.addObject();
          rule.withObject("/if/properties/kind").put("const", kind.name());
          rule.withObject("/then/properties/options").put("$ref", "#/$defs/" + name);
        });
    return schema;
  }

  private static ObjectNode document(String title, SectionReader reader) {
    ObjectNode schema = Json.MAPPER.createObjectNode();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", title);
    schema.put("description", SourceDocs.of(reader.type()).text());
    schema.setAll(of(reader, true));
    return schema;
  }

  private static void replace(ObjectNode properties, String name, ObjectNode section) {
    ObjectNode replaced = Json.MAPPER.createObjectNode();
    replaced.set("description", properties.get(name).get("description"));
    replaced.setAll(section);
    properties.set(name, replaced);
  }

  /** A name alone, or a name with a file of weights. */
  private static void initialisations(ObjectNode list) {
    list.put("minItems", 1);
    ArrayNode forms = Json.MAPPER.createArrayNode();
    ObjectNode object = (ObjectNode) list.get("items").get("anyOf").get(1);
    forms.addObject().putArray("enum").add(InitialisationSpec.MOCO).add(InitialisationSpec.RANDOM);
    object
        .withObject("/properties/name")
        .set("enum", Json.MAPPER.valueToTree(CHOICES.get("Options.initialisation")));
    object.putArray("required").add("name");
    object.withObject("/if/properties/name").put("const", InitialisationSpec.IMAGENET);
    object.withObject("/then").putArray("required").add("weights");
    forms.add(object);
    list.putObject("items").set("anyOf", forms);
    ArrayNode names = list.putArray("default");
    names.add(InitialisationSpec.MOCO).add(InitialisationSpec.RANDOM);
  }

  private static ObjectNode of(SectionReader reader, boolean whole) {
    return new RecordSchema(reader, CHOICES, whole).schema();
  }
}

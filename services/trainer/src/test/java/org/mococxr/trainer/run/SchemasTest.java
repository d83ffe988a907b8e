package org.mococxr.trainer.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Yaml;
import org.mococxr.imaging.augmentation.Augmentations;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.learning.features.ImageOptions;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;

/** The published schemas say what the readers take. */
class SchemasTest {
  private static final Path PUBLISHED = Path.of("../../docs/schemas");

  @ParameterizedTest
  @ValueSource(strings = {"experiment", "run-spec"})
  void thePublishedSchemaIsWhatTheRecordsSay(String name) throws IOException {
    Path file = PUBLISHED.resolve(name + ".schema.json");
    JsonNode schema = name.equals("experiment") ? Schemas.experiment() : Schemas.run();
    String generated = text(schema);
    if (Boolean.getBoolean("mococxr.write-schemas")) {
      Files.createDirectories(PUBLISHED);
      Files.writeString(file, generated);
    }
    assertTrue(Files.exists(file), file + " is missing: run make schemas");
    assertEquals(
        generated,
        Files.readString(file),
        file + " is not what the records say any more: run make schemas");
  }

  private static String text(JsonNode schema) throws IOException {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter);
    return Json.MAPPER.writer(printer).writeValueAsString(schema) + "\n";
  }

  static List<Path> experiments() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../../experiments"))) {
      return Stream.concat(
              files
                  .filter(file -> file.toString().endsWith(".yaml"))
                  // These are options of the phantom generator.
                  .filter(file -> !file.endsWith("demo-phantom.yaml")),
              Stream.of(Path.of("../local/src/test/resources/scenario/tiny.yaml")))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("experiments")
  void everyExperimentThatShipsFits(Path file) throws IOException {
    assertEquals(Set.of(), complaints(Schemas.experiment(), Yaml.MAPPER.readTree(file.toFile())));
  }

  @ParameterizedTest
  @MethodSource("experiments")
  void everyExperimentWithDefaultsFilledInFits(Path file) throws IOException {
    ExperimentSpec spec = ExperimentsTest.shipped(file);
    ObjectNode filled = Json.MAPPER.valueToTree(spec.toMap());
    // Java's null for no weights is not there in a file.
    filled.get("initialisations").forEach(i -> ((ObjectNode) i).remove(nulls(i)));
    assertEquals(Set.of(), complaints(Schemas.experiment(), filled));
  }

  private static List<String> nulls(JsonNode node) {
    return node.properties().stream()
        .filter(field -> field.getValue().isNull())
        .map(Map.Entry::getKey)
        .toList();
  }

  @Test
  void everyShippedExperimentNamesTheSchemaForEditors() throws IOException {
    for (Path file : experiments()) {
      if (!file.endsWith("tiny.yaml")) {
        assertEquals(
            "# yaml-language-server: $schema=../docs/schemas/experiment.schema.json",
            Files.readAllLines(file).getFirst(),
            file.toString());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/pretrainig",
        "/data/fromat",
        "/split/fractoins",
        "/image/szie",
        "/pretraining/tempreature",
        "/pretraining/probe/neighbors",
        "/linear/solvr",
        "/endToEnd/epoch",
        "/intervals/replicate",
        "/serve/modle"
      })
  void aMisspeltFieldIsRefused(String pointer) throws IOException {
    assertRefused(experiment(), pointer, Json.MAPPER.getNodeFactory().numberNode(1));
  }

  @ParameterizedTest
  @CsvSource({
    "/name, Not A Name",
    "/architecture, resnet19",
    "/data/format, dcm",
    "/split/protocol, by-hand",
    "/image/geometry, round",
    "/pretraining/augmentation, moco_v3",
    "/pretraining/positives, same-day",
    "/pretraining/laterality, left",
    "/pretraining/optimizer, adagrad",
    "/linear/solver, newton",
    "/endToEnd/solver, lbfgs",
    "/endToEnd/labelPolicy, twos",
    "/intervals/unit, image",
    "/serve/mode, both"
  })
  void aWordThatIsNoChoiceIsRefused(String pointer, String word) throws IOException {
    assertRefused(experiment(), pointer, Json.MAPPER.getNodeFactory().textNode(word));
  }

  @Test
  void whatThePlannerFillsInIsNotOffered() throws IOException {
    Map<String, List<String>> fields =
        Map.of(
            "split", List.of("data", "tasks", "seed"),
            "pretraining", List.of("manifest", "root", "cache", "architecture", "seed"),
            "linear", List.of("train", "encoder", "features", "mode", "fraction", "draw", "tasks"),
            "endToEnd", List.of("valid", "test", "weights", "initialisation", "seed"),
            "intervals", List.of("runs", "tasks"),
            "serve", List.of("run", "tasks"));
    for (String section : fields.keySet()) {
      for (String field : fields.get(section)) {
        assertRefused(
            experiment(), "/" + section + "/" + field, Json.MAPPER.getNodeFactory().textNode("a"));
      }
    }
  }

  @Test
  void imagenetNeedsWeights() throws IOException {
    ObjectNode experiment = experiment();
    experiment.putArray("initialisations").addObject().put("name", "imagenet");
    assertNotEquals(Set.of(), complaints(Schemas.experiment(), experiment));
    ((ObjectNode) experiment.get("initialisations").get(0)).put("weights", "file:///w.pth");
    assertEquals(Set.of(), complaints(Schemas.experiment(), experiment));
  }

  @Test
  void everyDefaultIsWhatTheReaderTakesForNothing() {
    JsonNode sections = Schemas.experiment().get("properties");
    Schemas.sections()
        .forEach(
            (name, reader) -> {
              Map<String, Object> written = new LinkedHashMap<>();
              sections
                  .get(name)
                  .get("properties")
                  .properties()
                  .forEach(
                      field -> {
                        if (field.getValue().has("default")) {
                          JsonNode value = field.getValue().get("default");
                          written.put(
                              field.getKey(), Json.MAPPER.convertValue(value, Object.class));
                        }
                      });
              assertEquals(reader.read(Map.of()), reader.read(written), name);
            });
    JsonNode pretraining = sections.get("pretraining").get("properties");
    assertEquals(0.2, pretraining.get("temperature").get("default").asDouble());
    assertEquals("shuffled", pretraining.get("order").get("default").asText());
    // Depends on the optimizer.
    assertFalse(pretraining.get("learningRate").has("default"));
  }

  @Test
  void everyFieldHasADescription() {
    JsonNode properties = Schemas.experiment().get("properties");
    for (Map.Entry<String, JsonNode> field : properties.properties()) {
      assertTrue(field.getValue().has("description"), field.getKey());
      field
          .getValue()
          .path("properties")
          .properties()
          .forEach(
              inner ->
                  assertTrue(
                      inner.getValue().has("description"), field.getKey() + "." + inner.getKey()));
    }
  }

  @Test
  void choicesThatNoConstructorEnforcesAreTakenWhereTheyAreUsed() {
    JsonNode properties = Schemas.experiment().get("properties");
    for (JsonNode geometry : properties.at("/image/properties/geometry/enum")) {
      new ImageOptions(32, geometry.asText(), null)
          .geometryOr(new Geometry(Geometry.Mode.SQUARE, 32));
    }
    for (JsonNode normalisation : properties.at("/image/properties/normalisation/enum")) {
      new ImageOptions(null, null, normalisation.asText()).normalisationOr(null);
    }
    for (JsonNode augmentation : properties.at("/pretraining/properties/augmentation/enum")) {
      Augmentations.named(augmentation.asText(), 32, Map.of());
    }
    for (String field : List.of("unit", "method")) {
      for (JsonNode word : properties.at("/intervals/properties/" + field + "/enum")) {
        Object read = Schemas.sections().get("intervals").read(Map.of(field, word.asText()));
        ((IntervalsWorkload.Options) read).bootstrap(0);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRunsSpecificationFits(RunKind kind) throws IOException {
    assertEquals(
        Set.of(), complaints(Schemas.run(), Json.MAPPER.readTree(spec(kind, Map.of()).toJson())));
    JsonNode wrong = Json.MAPPER.readTree(spec(kind, Map.of("architectrue", "resnet18")).toJson());
    assertNotEquals(Set.of(), complaints(Schemas.run(), wrong));
    ObjectNode unknown = (ObjectNode) Json.MAPPER.readTree(spec(kind, Map.of()).toJson());
    unknown.put("priority", 1);
    assertNotEquals(Set.of(), complaints(Schemas.run(), unknown));
  }

  private static RunSpec spec(RunKind kind, Map<String, Object> more) {
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("architecture", "resnet18");
    options.put("tasks", List.of("Edema"));
    options.put("image", Map.of("size", 320));
    options.putAll(more);
    return new RunSpec(
        "e",
        "run",
        kind,
        3,
        Map.of("root", URI.create("file:///data/")),
        options,
        URI.create("file:///e/runs/run/"));
  }

  private static ObjectNode experiment() throws IOException {
    return (ObjectNode) Yaml.MAPPER.readTree(Path.of("../../experiments/demo.yaml").toFile());
  }

  private static void assertRefused(ObjectNode experiment, String pointer, JsonNode value) {
    int last = pointer.lastIndexOf('/');
    experiment
        .withObject(last == 0 ? "" : pointer.substring(0, last))
        .set(pointer.substring(last + 1), value);
    assertNotEquals(Set.of(), complaints(Schemas.experiment(), experiment), pointer);
  }

  private static Set<ValidationMessage> complaints(JsonNode schema, JsonNode document) {
    JsonSchema compiled =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schema);
    return compiled.validate(document);
  }
}

package org.mococxr.specs;

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
import org.mococxr.specs.option.Declared;
import org.mococxr.specs.option.Options;
import org.mococxr.specs.resource.ExperimentDefinition;

/** The published schemas say what the readers take. */
class SchemasTest {
  private static final Path PUBLISHED = Path.of("../../docs/schemas");

  @ParameterizedTest
  @ValueSource(strings = {"experiment", "run-spec"})
  void thePublishedSchemaIsWhatTheRecordsSay(String name) throws IOException {
    JsonNode schema = name.equals("experiment") ? Schemas.experiment() : Schemas.run();
    assertPublished(PUBLISHED.resolve(name + ".schema.json"), text(schema));
  }

  @ParameterizedTest
  @ValueSource(strings = {"helm/moco-cxr/crds/experiments.yaml", "k8s/base/experiments.yaml"})
  void thePublishedDefinitionOfTheResourceIsWhatTheRecordsSay(String name) throws IOException {
    assertPublished(Path.of("../..").resolve(name), ExperimentDefinition.yaml());
  }

  private static void assertPublished(Path file, String generated) throws IOException {
    if (Boolean.getBoolean("mococxr.write-docs")) {
      Files.createDirectories(file.getParent());
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
              Stream.of(Path.of("../../services/local/src/test/resources/scenario/tiny.yaml")))
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
    ExperimentSpec spec = ShippedExperimentsTest.shipped(file);
    ObjectNode filled = Json.MAPPER.valueToTree(spec.toMap());
    assertEquals(Set.of(), complaints(Schemas.experiment(), filled));
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
    ((ObjectNode) experiment.get("initialisations").get(0)).remove("weights");
    experiment.putObject("imagenetWeights").put("resnet18", "file:///w.pth");
    assertEquals(Set.of(), complaints(Schemas.experiment(), experiment));
  }

  @Test
  void defaultsThatDependOnOtherOptionsAreSaidInWords() {
    JsonNode pretraining = Schemas.experiment().at("/properties/pretraining/properties");
    assertEquals(0.2, pretraining.at("/temperature/default").asDouble());
    assertEquals("shuffled", pretraining.at("/order/default").asText());
    assertFalse(pretraining.get("learningRate").has("default"));
    assertTrue(
        pretraining.at("/learningRate/description").asText().endsWith("0.03 (sgd), 0.3 (lars)"));
  }

  @Test
  void everyFieldHasADescription() {
    described("", Schemas.experiment());
    Schemas.run().get("$defs").properties().forEach(d -> described(d.getKey(), d.getValue()));
  }

  private static void described(String path, JsonNode object) {
    for (Map.Entry<String, JsonNode> field : object.path("properties").properties()) {
      assertTrue(field.getValue().has("description"), path + "/" + field.getKey());
      described(path + "/" + field.getKey(), field.getValue());
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
    for (Declared option : Declared.of(kind.told())) {
      if (option.option().required()) {
        options.put(
            option.name(),
            switch (option.name()) {
              case "tasks" -> List.of("Edema");
              case "architecture" -> "resnet18";
              case "runs" -> List.of();
              case "draw" -> 0;
              case "candidates" -> List.of(Map.of("run", "a", "draw", 0, "point", "f0"));
              default -> "a";
            });
      }
    }
    options = new LinkedHashMap<>(Options.toMap(Options.read(options, kind.told(), "run")));
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

package org.mococxr.specs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Yaml;
import org.mococxr.specs.option.Options;
import org.mococxr.specs.training.FineTuningOptions;
import org.mococxr.specs.training.ImageOptions;
import org.mococxr.specs.training.Mode;

/** The experiments that ship mean what they have always meant: same options, same figures. */
class ShippedExperimentsTest {
  /**
   * The defaults of version 0.1 before options were declared, as its constructors had them, under
   * today's names.
   */
  private static final String PRETRAINING =
      """
      augmentation: chexpert
      order: shuffled
      positives: same-image
      laterality: any
      batch: 16
      epochs: 20
      mlp: true
      dimension: 128
      keyMomentum: 0.999
      sgdMomentum: 0.9
      temperature: 0.2
      shuffledNorm: true
      symmetric: false
      optimizer: adam
      learningRate: 1.0e-4
      linearScaling: false
      weightDecay: 1.0e-4
      schedule: step
      milestones: [12, 18, 24]
      gamma: 0.1
      cosineRate: 4.0
      warmupEpochs: 0.0
      precision: by-device
      layout: channels-last
      threads: 0
      loaders: 0
      replicas: 0
      logEvery: 5
      checkpointEvery: 0
      keepLast: 2
      keepEvery: 0
      exportTorch: false
      augmentationOptions: {flip: 0.5, degrees: 10, minScale: 0.2, brightness: 0.4, contrast: 0.4, jitter: 0.8, blur: 0.5, blurMin: 0.1, blurMax: 2}
      """;

  private static final String FINE_TUNING =
      """
      penalties: [10.0, 1.0, 0.1, 1.0e-2, 1.0e-3, 1.0e-4]
      learningRate: 1.0e-4
      sgdMomentum: 0.9
      weightDecay: 0.0
      epochs: 23
      schedule: none
      milestones: [50, 125, 250]
      gamma: 0.1
      patience: 2
      evaluateEvery: 8192
      keepBest: 10
      earlyStopping: 0
      classWeights: none
      calibration: platt
      ensemble: 1
      aggregation: mean
      dropout: 0.0
      precision: float32
      featureReuse: true
      threads: 0
      allowSharedPatients: false
      """;

  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../../experiments"))) {
      return files
          .filter(file -> file.toString().endsWith(".yaml"))
          // These are options of the phantom generator.
          .filter(file -> !file.endsWith("demo-phantom.yaml"))
          .sorted()
          .toList();
    }
  }

  /** A file in experiments/; what the demonstration puts in is put in. */
  static ExperimentSpec shipped(Path file) throws IOException {
    ObjectNode tree = (ObjectNode) Yaml.MAPPER.readTree(file.toFile());
    if (tree.at("/data").isObject() && !tree.at("/data").has("root")) {
      tree.withObject("/data").put("root", "/data");
    }
    return ExperimentSpec.parse(tree.toString(), file.toString());
  }

  @Test
  void thePapersExperimentsAreAmongThem() throws IOException {
    List<String> names = files().stream().map(f -> f.getFileName().toString()).toList();
    assertTrue(
        names.containsAll(List.of("demo.yaml", "nih-sample.yaml", "paper-chexpert-effusion.yaml")));
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyOptionHasTheValueThatItHadBefore(Path file) throws IOException {
    JsonNode written = Yaml.MAPPER.readTree(file.toFile());
    ExperimentSpec spec = shipped(file);
    assertSame(PRETRAINING, written.path("pretraining"), spec.pretraining());
    assertSame(
        FINE_TUNING + "solver: lbfgs\nbatch: 48\n",
        written.path("linear"),
        spec.linear().resolved(Mode.LINEAR, 0.1));
    assertSame(
        FINE_TUNING + "solver: adam\nbatch: 16\n",
        written.path("endToEnd"),
        spec.endToEnd().resolved(Mode.END_TO_END, 0.1));
    assertEquals(
        written.path("intervals").path("replicates").asInt(1000), spec.intervals().replicates());
    assertEquals(0.95, spec.intervals().level());
    if (written.path("intervals").has("unit")) {
      assertEquals(written.path("intervals").path("unit").asText(), spec.intervals().unit().text());
    }
    assertEquals(written.path("architecture").asText("resnet18"), spec.architecture().text());
    assertEquals(spec.seed(), spec.recipe().split().seed());
  }

  @ParameterizedTest
  @MethodSource("files")
  void whatWasAskedForIsTheSameExperiment(Path file) throws IOException {
    ExperimentSpec spec = shipped(file);
    assertEquals(spec, ExperimentSpec.parse(Json.line(Options.asked(spec)), "asked"));
  }

  /** Else whoever copies it and changes the optimizer has the other one's rate. */
  @Test
  void theUsualRateOfAnOptimizerWasNotAskedFor() {
    String text = "{name: a, data: {root: /d}, tasks: [b], pretraining: {optimizer: %s}}";
    assertEquals(
        Map.of("optimizer", "lars"),
        Options.asked(ExperimentSpec.parse(text.formatted("lars"), "test")).get("pretraining"));
    assertEquals(
        Map.of("optimizer", "lars", "learningRate", 0.2),
        Options.asked(ExperimentSpec.parse(text.formatted("lars, learningRate: 0.2"), "test"))
            .get("pretraining"));
  }

  @Test
  void theFractionsDecideTheNumberOfEpochs() {
    FineTuningOptions options =
        ExperimentSpec.parse("{name: a, data: {root: /d}, tasks: [b]}", "test").linear();
    assertEquals(500, options.resolved(Mode.LINEAR, 0.001).epochs());
    assertEquals(131, options.resolved(Mode.LINEAR, 0.001).evaluateEvery());
    assertEquals(5, options.resolved(Mode.END_TO_END, 1).epochs());
  }

  /** Each old default, or what is written in its place, is what is read. */
  private static void assertSame(String defaults, JsonNode written, Object read)
      throws IOException {
    ObjectNode expected = (ObjectNode) Yaml.MAPPER.readTree(defaults);
    written
        .properties()
        .forEach(
            field -> {
              if (field.getValue().isObject() && expected.has(field.getKey())) {
                expected.withObject("/" + field.getKey()).setAll((ObjectNode) field.getValue());
              } else {
                expected.set(field.getKey(), field.getValue());
              }
            });
    JsonNode found = Json.MAPPER.valueToTree(read);
    for (Map.Entry<String, JsonNode> field : expected.properties()) {
      String name = field.getKey();
      assertEquals(plain(field.getValue()), plain(found.path(name)), name);
    }
  }

  @Test
  void olderSpellingsMeanTheSame() {
    ExperimentSpec spec =
        ExperimentSpec.parse(
            "{name: a, data: {root: /d}, tasks: [b], pretraining: {momentum: 0.99, keepCheckpoints:"
                + " 3}, endToEnd: {solver: sgd, momentum: 0.8, keep: 4}, image: {normalisation: chexpert_norm}}",
            "test");
    assertEquals(0.99, spec.pretraining().keyMomentum());
    assertEquals(3, spec.pretraining().keepLast());
    assertEquals(0.8, spec.endToEnd().sgdMomentum());
    assertEquals(4, spec.endToEnd().keepBest());
    assertEquals(ImageOptions.Normalisation.CHEXPERT, spec.image().normalisation());
  }

  /** 1 and 1.0 are one number. */
  private static Object plain(JsonNode node) {
    if (node.isNumber()) {
      return node.asDouble();
    }
    if (node.isArray()) {
      return Stream.iterate(0, i -> i < node.size(), i -> i + 1)
          .map(i -> plain(node.get(i)))
          .toList();
    }
    if (node.isObject()) {
      Map<String, Object> map = new java.util.TreeMap<>();
      node.properties().forEach(f -> map.put(f.getKey(), plain(f.getValue())));
      return map;
    }
    return node.asText();
  }
}

package org.mococxr.trainer.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.artifacts.Retry;
import org.mococxr.evaluation.report.PublishedNumbers;
import org.mococxr.learning.finetuning.FineTuneOptions;
import org.mococxr.learning.network.Architectures;
import org.mococxr.learning.pretraining.PretrainOptions;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.InitialisationSpec;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;

/** The experiments that ship say nothing that the services would refuse. */
class ExperimentsTest {
  private static final Path EXPERIMENTS = Path.of("../../experiments");

  @Test
  void everyShippedExperimentIsUnderstoodByThoseWhoDoTheWork() throws IOException {
    List<String> seen = new ArrayList<>();
    for (Path file : experiments()) {
      ExperimentSpec spec = shipped(file);
      seen.add(spec.name());
      Architectures.named(spec.architecture());
      Map<String, Object> paths = new LinkedHashMap<>();
      for (String path : List.of("root", "train", "valid", "test", "manifest")) {
        paths.put(path, "/data/" + path);
      }
      if (spec.initialisations().stream().anyMatch(ExperimentsTest::pretrainedHere)) {
        read(spec.pretraining(), spec, paths, List.of("root", "manifest"), PretrainOptions.class);
      }
      List<String> finetuning = List.of("root", "train", "valid", "test");
      Map<String, Object> tasks = Map.of("tasks", spec.tasks());
      read(with(spec.linear(), tasks), spec, paths, finetuning, FineTuneOptions.class);
      read(
          with(spec.endToEnd(), with(tasks, Map.of("mode", "end-to-end"))),
          spec,
          paths,
          finetuning,
          FineTuneOptions.class);
      read(spec.intervals(), spec, paths, List.of(), IntervalsWorkload.Options.class);
      if (spec.published() != null) {
        assertFalse(PublishedNumbers.named(spec.published()).isEmpty());
      }
    }
    assertTrue(seen.containsAll(List.of("demo", "paper-chexpert-effusion", "paper-shenzhen-tb")));
  }

  @Test
  void anExperimentMayNameEveryPaperWhoseNumbersThereAre() {
    assertEquals(PublishedNumbers.names(), ExperimentSpec.PAPERS);
  }

  private static List<Path> experiments() throws IOException {
    try (Stream<Path> files = Files.list(EXPERIMENTS)) {
      return files
          .filter(f -> f.toString().endsWith(".yaml"))
          // These are options of the phantom generator.
          .filter(f -> !f.getFileName().toString().equals("demo-phantom.yaml"))
          .sorted()
          .toList();
    }
  }

  /** A file in experiments/; what the demonstration puts in is put in. */
  static ExperimentSpec shipped(Path file) throws IOException {
    ObjectNode tree = (ObjectNode) new YAMLMapper().readTree(file.toFile());
    if (!tree.at("/data").has("root")) {
      tree.withObject("/data").put("root", "/data");
    }
    return ExperimentSpec.parse(tree.toString(), file.toString());
  }

  private static boolean pretrainedHere(InitialisationSpec initialisation) {
    return initialisation.name().equals("moco") && initialisation.weights() == null;
  }

  private static void read(
      Map<String, Object> section,
      ExperimentSpec spec,
      Map<String, Object> paths,
      List<String> needed,
      Class<?> type) {
    Map<String, Object> options = new LinkedHashMap<>(section);
    options.put("architecture", spec.architecture());
    options.put("image", spec.image());
    needed.forEach(name -> options.put(name, paths.get(name)));
    URI output = URI.create("file:///tmp/run/");
    RunSpec run = new RunSpec(spec.name(), "run", RunKind.FINETUNE, 0, Map.of(), Map.of(), output);
    Inputs inputs =
        new Inputs(run, Path.of("/tmp"), ArtifactStore.open(output), Retry.forAMinute());
    new RunContext(run, Path.of("/tmp"), inputs, null, () -> false).options(options, type);
  }

  private static Map<String, Object> with(Map<String, Object> a, Map<String, Object> b) {
    Map<String, Object> all = new LinkedHashMap<>(a);
    all.putAll(b);
    return all;
  }
}

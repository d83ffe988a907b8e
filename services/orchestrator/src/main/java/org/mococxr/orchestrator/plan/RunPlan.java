package org.mococxr.orchestrator.plan;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.InitialisationSpec;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;

/**
 * The runs of an experiment, in the order in which they are started when there is a choice:
 *
 * <pre>
 * pretrain ─► embed-moco ─► finetune-moco-linear-…  ─┐
 *     └───────────────────► finetune-moco-end-to-end-… ├─► intervals ─┐
 *             embed-random ─► finetune-random-linear-… │              ├─► report
 *                     finetune-random-end-to-end-… ────┘ ─► export ───┘
 * </pre>
 *
 * The report also reads the embedding of the served model's initialisation, where there is one.
 *
 * <p>Options of a run are the experiment's {@code architecture}, {@code image} and {@code tasks},
 * over them the experiment's map for this kind of run, and over that what identifies the run:
 * {@code initialisation}, {@code mode}, {@code fraction}, {@code draw}.
 */
public final class RunPlan {
  /** Name of the pretraining run. */
  public static final String PRETRAIN = "pretrain";

  /** Name of the run that computes the intervals of all groups. */
  public static final String INTERVALS = "intervals";

  /** Name of the run that writes the served model's bundle. */
  public static final String EXPORT = "export";

  /** Name of the run that writes the report. */
  public static final String REPORT = "report";

  private final String experiment;
  private final ExperimentSpec spec;
  private final Map<String, URI> manifests;
  private final Layout layout;
  private final URI root;
  private final List<PlannedRun> runs = new ArrayList<>();
  private final List<Map<String, Object>> fineTuned = new ArrayList<>();

  private RunPlan(
      String experiment, ExperimentSpec spec, Map<String, URI> manifests, Layout layout) {
    this.experiment = experiment;
    this.spec = spec;
    this.manifests = manifests;
    this.layout = layout;
    this.root = root(spec, manifests);
  }

  /**
   * Plans an experiment whose split is known.
   *
   * @param experiment its id
   * @param manifests what the splitter wrote, by name
   * @throws UserErrorException if the split has no test images, or the model to serve is none of
   *     the planned
   */
  public static List<PlannedRun> of(
      String experiment, ExperimentSpec spec, Map<String, URI> manifests, Layout layout) {
    RunPlan plan = new RunPlan(experiment, spec, manifests, layout);
    plan.build();
    return List.copyOf(plan.runs);
  }

  /** The recipe by which the splitter makes the experiment's manifests. */
  public static Map<String, Object> splitRecipe(ExperimentSpec spec) {
    Map<String, Object> recipe = new LinkedHashMap<>();
    recipe.put("data", spec.data());
    recipe.put("tasks", spec.tasks());
    recipe.put("seed", spec.seed());
    recipe.putAll(spec.split());
    return recipe;
  }

  private void build() {
    for (String part : List.of("train", "valid", "test")) {
      if (!manifests.containsKey(part)) {
        throw new UserErrorException(
            "split", "no " + part + " images", "the recipe must give train, valid and test");
      }
    }
    if (spec.initialisations().stream().anyMatch(RunPlan::pretrainedHere)) {
      pretrain();
    }
    if (spec.modes().contains(ExperimentSpec.LINEAR)) {
      spec.initialisations().forEach(this::embed);
    }
    // Draw by draw rather than model by model: the first comparisons are complete early.
    for (DrawnSubset subset : DrawnSubset.of(manifests)) {
      for (String mode : spec.modes()) {
        for (InitialisationSpec initialisation : spec.initialisations()) {
          fineTune(initialisation, mode, subset);
        }
      }
    }
    String served = served();
    List<String> models = fineTuned.stream().map(m -> (String) m.get("run")).toList();
    intervals(models);
    export(served);
    report(models, served);
  }

  private void pretrain() {
    add(
        PRETRAIN,
        RunKind.PRETRAIN,
        spec.seed(),
        inputs(Map.of("pretrain", manifest("pretrain", "train"))),
        options(spec.pretraining(), Map.of()),
        List.of());
  }

  private void embed(InitialisationSpec initialisation) {
    add(
        embedding(initialisation),
        RunKind.EMBED,
        spec.seed(),
        inputs(start(initialisation)),
        options(Map.of(), Map.of("initialisation", initialisation.name())),
        pretrainedHere(initialisation) ? List.of(PRETRAIN) : List.of());
  }

  private void fineTune(InitialisationSpec initialisation, String mode, DrawnSubset subset) {
    boolean linear = mode.equals(ExperimentSpec.LINEAR);
    String name = String.join("-", "finetune", initialisation.name(), mode, subset.label());
    Map<String, URI> inputs = inputs(start(initialisation));
    inputs.put("train", subset.manifest());
    List<String> after = new ArrayList<>();
    if (linear) {
      // The embedding holds the very encoder whose features it computed, also a random one.
      URI embedding = layout.run(experiment, embedding(initialisation));
      inputs.put("features", embedding);
      inputs.putIfAbsent("encoder", embedding);
      after.add(embedding(initialisation));
    } else if (pretrainedHere(initialisation)) {
      after.add(PRETRAIN);
    }
    Map<String, Object> identity = new LinkedHashMap<>();
    identity.put("initialisation", initialisation.name());
    identity.put("mode", mode);
    identity.put("fraction", subset.share().doubleValue());
    identity.put("draw", subset.draw());
    add(
        name,
        RunKind.FINETUNE,
        // One seed per draw: what is compared sees the same order of the same images.
        spec.seed() + subset.draw(),
        inputs,
        options(linear ? spec.linear() : spec.endToEnd(), identity),
        after);
    identity.put("run", name);
    fineTuned.add(identity);
  }

  private void intervals(List<String> models) {
    add(
        INTERVALS,
        RunKind.INTERVALS,
        spec.seed(),
        inputs(folders(models)),
        options(spec.intervals(), Map.of("runs", fineTuned)),
        models);
  }

  private void export(String served) {
    Map<String, Object> identity = new LinkedHashMap<>();
    identity.put("run", served);
    identity.put("model", spec.serve().getOrDefault("model", experiment).toString());
    Map<String, Object> options = options(spec.serve(), identity);
    Map<String, URI> inputs = inputs(folders(List.of(served)));
    RunSpec unversioned =
        new RunSpec(
            experiment,
            EXPORT,
            RunKind.EXPORT,
            spec.seed(),
            inputs,
            options,
            layout.run(experiment, EXPORT));
    // The same work makes the same version.
    options.putIfAbsent("version", unversioned.digest().substring(0, 12));
    add(EXPORT, RunKind.EXPORT, spec.seed(), inputs, options, List.of(served));
  }

  private void report(List<String> models, String served) {
    List<String> all = new ArrayList<>();
    if (runs.getFirst().name().equals(PRETRAIN)) {
      all.add(PRETRAIN);
    }
    all.addAll(models);
    all.add(INTERVALS);
    all.add(EXPORT);
    embeddingOf(served).ifPresent(all::add);
    Map<String, Object> identity = new LinkedHashMap<>();
    identity.put("runs", fineTuned);
    identity.put("experiment", spec.name());
    identity.put("spec", spec.toMap());
    if (spec.published() != null) {
      identity.put("published", spec.published());
    }
    Map<String, URI> inputs = inputs(folders(all));
    inputs.put("split", layout.split(experiment));
    if (spec.readers() != null) {
      inputs.put("readers", uri(spec.readers()));
    }
    add(REPORT, RunKind.REPORT, spec.seed(), inputs, options(Map.of(), identity), all);
  }

  /** The run with the features of the encoder that the served model started from, if there is. */
  private Optional<String> embeddingOf(String served) {
    String name =
        fineTuned.stream()
            .filter(m -> m.get("run").equals(served))
            .map(m -> embedding(m.get("initialisation").toString()))
            .findFirst()
            .orElseThrow();
    return runs.stream().map(PlannedRun::name).filter(name::equals).findFirst();
  }

  /** The run whose model is served: what the user names, else the largest fraction's first draw. */
  private String served() {
    List<Map<String, Object>> wanted =
        fineTuned.stream()
            .filter(m -> matches(m, "initialisation") && matches(m, "mode"))
            .filter(m -> matches(m, "fraction") && matches(m, "draw"))
            .toList();
    if (wanted.isEmpty()) {
      throw new UserErrorException(
          "serve",
          "no run fits " + spec.serve(),
          "name an initialisation, mode, fraction and draw of this experiment");
    }
    double largest = wanted.stream().mapToDouble(m -> (double) m.get("fraction")).max().orElse(1);
    return wanted.stream()
        .filter(m -> (double) m.get("fraction") == largest)
        .map(m -> (String) m.get("run"))
        .findFirst()
        .orElseThrow();
  }

  private boolean matches(Map<String, Object> model, String key) {
    Object wanted = spec.serve().get(key);
    Object found = model.get(key);
    return wanted == null
        || (wanted instanceof Number w && found instanceof Number f
            ? w.doubleValue() == f.doubleValue()
            : wanted.toString().equals(found.toString()));
  }

  private void add(
      String name,
      RunKind kind,
      long seed,
      Map<String, URI> inputs,
      Map<String, Object> options,
      List<String> after) {
    URI output = layout.run(experiment, name);
    runs.add(
        new PlannedRun(new RunSpec(experiment, name, kind, seed, inputs, options, output), after));
  }

  private Map<String, URI> inputs(Map<String, URI> own) {
    Map<String, URI> inputs = new LinkedHashMap<>();
    inputs.put("root", root);
    inputs.put("train", manifests.get("train"));
    inputs.put("valid", manifests.get("valid"));
    inputs.put("test", manifests.get("test"));
    inputs.putAll(own);
    return inputs;
  }

  private Map<String, Object> options(Map<String, Object> ofKind, Map<String, Object> identity) {
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("architecture", spec.architecture());
    options.put("tasks", spec.tasks());
    options.put("image", spec.image());
    options.putAll(ofKind);
    options.putAll(identity);
    return options;
  }

  /** Where the weights before fine-tuning come from; nothing for random ones. */
  private Map<String, URI> start(InitialisationSpec initialisation) {
    if (initialisation.weights() != null) {
      return Map.of("weights", initialisation.weights());
    }
    return pretrainedHere(initialisation)
        ? Map.of("encoder", layout.run(experiment, PRETRAIN))
        : Map.of();
  }

  private Map<String, URI> folders(List<String> names) {
    Map<String, URI> folders = new LinkedHashMap<>();
    names.forEach(name -> folders.put("run:" + name, layout.run(experiment, name)));
    return folders;
  }

  private URI manifest(String name, String otherwise) {
    return manifests.getOrDefault(name, manifests.get(otherwise));
  }

  private static boolean pretrainedHere(InitialisationSpec initialisation) {
    return initialisation.name().equals(InitialisationSpec.MOCO)
        && initialisation.weights() == null;
  }

  private static String embedding(InitialisationSpec initialisation) {
    return embedding(initialisation.name());
  }

  private static String embedding(String initialisation) {
    return "embed-" + initialisation;
  }

  /** The folder that paths in manifests are relative to: the splitter's word, else the user's. */
  private static URI root(ExperimentSpec spec, Map<String, URI> manifests) {
    if (manifests.containsKey("root")) {
      return manifests.get("root");
    }
    Object root = spec.data().get("root");
    if (root == null) {
      throw new UserErrorException("data", "no root", "expected root: <folder of the images>");
    }
    return uri(root.toString());
  }

  /** A path is on this machine. */
  private static URI uri(String text) {
    return text.matches("[a-z0-9]+:/.*")
        ? URI.create(text)
        : URI.create("file://" + Path.of(text).toAbsolutePath().normalize().toUri().getRawPath());
  }
}

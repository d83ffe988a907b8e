package org.mococxr.orchestrator.plan;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mococxr.events.SplitCompleted;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.InitialisationSpec;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;
import org.mococxr.specs.Subject;
import org.mococxr.specs.data.Draw;
import org.mococxr.specs.option.Declared;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.option.Options;
import org.mococxr.specs.run.EmbedRun;
import org.mococxr.specs.run.ExportRun;
import org.mococxr.specs.run.FineTuneRun;
import org.mococxr.specs.run.IntervalsRun;
import org.mococxr.specs.run.PretrainRun;
import org.mococxr.specs.run.ReportRun;
import org.mococxr.specs.run.ServeOptions;
import org.mococxr.specs.training.Mode;

/**
 * The runs of an experiment, in the order in which they are started when there is a choice:
 *
 * <pre>
 * pretrain ─► embed-moco ─► finetune-moco-linear-…  ─┐
 *     └───────────────────► finetune-moco-end-to-end-… ├─► intervals ─┐
 *             embed-random ─► finetune-random-linear-… │              ├─► report
 *                     finetune-random-end-to-end-… ────┘ ─► export ───┤
 *                                                            audit ───┘
 * </pre>
 *
 * The report also reads the embedding of the served model's initialisation, where there is one.
 *
 * <p>Options of a run are its section of the experiment in full, with what tells the run apart:
 * {@code architecture}, {@code tasks}, {@code image}, {@code initialisation}, {@code mode}, {@code
 * fraction}, {@code draw}.
 */
public final class RunPlan {
  private final String experiment;
  private final ExperimentSpec spec;
  private final Map<String, URI> manifests;
  private final List<Draw> draws;
  private final URI splitFolder;
  private final Layout layout;
  private final URI root;
  private final List<PlannedRun> runs = new ArrayList<>();
  private final Map<URI, String> byFolder = new HashMap<>();
  private final Map<Mode, Map<String, Object>> fineTuning = new HashMap<>();
  private final List<RunSpec> fineTuned = new ArrayList<>();

  private RunPlan(ExperimentSpec spec, SplitCompleted split, Layout layout) {
    this.experiment = split.experiment();
    this.spec = spec;
    this.manifests = split.manifests();
    this.draws = split.draws();
    this.splitFolder = split.split().resolve(".");
    this.layout = layout;
    this.root = root(spec, manifests);
  }

  /**
   * Plans an experiment whose split is known.
   *
   * @param spec what the user asked for
   * @param split what the splitter wrote
   * @throws UserErrorException if the split has no test images, or the model to serve is none of
   *     the planned
   */
  public static List<PlannedRun> of(ExperimentSpec spec, SplitCompleted split, Layout layout) {
    RunPlan plan = new RunPlan(spec, split, layout);
    plan.build();
    return List.copyOf(plan.runs);
  }

  /** How many runs an experiment will have if its split has all draws that it asks for. */
  public static long expected(ExperimentSpec spec) {
    return expected(spec, spec.recipe().wanted().size());
  }

  /** How many runs an experiment has whose split has so many draws. */
  public static long expected(ExperimentSpec spec, int draws) {
    long starts = spec.initialisations().size();
    long around = 3 + RunKind.ofSplit().size();
    return 1 + starts + Math.max(1, draws) * starts * spec.modes().size() + around;
  }

  private void build() {
    for (String part : List.of("train", "valid", "test")) {
      if (!manifests.containsKey(part)) {
        throw new UserErrorException(
            "split", "no " + part + " images", "the recipe must give train, valid and test");
      }
    }
    if (spec.initialisations().stream().anyMatch(InitialisationSpec::pretrainedHere)) {
      pretrain();
    }
    if (spec.modes().contains(Mode.LINEAR)) {
      spec.initialisations().forEach(this::embed);
    }
    // Draw by draw rather than model by model: the first comparisons are complete early.
    for (Draw draw : draws()) {
      for (Mode mode : spec.modes()) {
        for (InitialisationSpec initialisation : spec.initialisations()) {
          fineTune(initialisation, mode, draw);
        }
      }
    }
    RunSpec served = served();
    intervals();
    export(served);
    RunKind.ofSplit().forEach(this::ofSplit);
    report(served);
  }

  /** Small fractions first, since they end first; a split without draws is one of everything. */
  private List<Draw> draws() {
    return draws.isEmpty()
        ? List.of(new Draw("train", 1, 0))
        : draws.stream()
            .sorted(Comparator.comparing(Draw::fraction).thenComparing(Draw::draw))
            .toList();
  }

  private void pretrain() {
    Map<String, URI> inputs = inputs(Map.of("pretrain", manifest("pretrain", "train")));
    if (spec.pretraining().weights() != null) {
      inputs.put("weights", uri(spec.pretraining().weights()));
    }
    add(
        RunKind.PRETRAIN,
        Subject.NONE,
        spec.seed(),
        inputs,
        options(PretrainRun.class, common(), spec.pretraining()));
  }

  private void embed(InitialisationSpec initialisation) {
    add(
        RunKind.EMBED,
        Subject.of(initialisation.name().text()),
        spec.seed(),
        inputs(start(initialisation)),
        Options.toMap(
            new EmbedRun(
                spec.architecture(),
                initialisation.name().text(),
                spec.tasks(),
                spec.image(),
                0,
                null)));
  }

  private void fineTune(InitialisationSpec initialisation, Mode mode, Draw draw) {
    boolean linear = mode == Mode.LINEAR;
    String name = initialisation.name().text();
    Subject subject = new Subject(name, mode.text(), draw.fraction(), draw.draw());
    Map<String, URI> inputs = inputs(start(initialisation));
    inputs.put("train", manifests.get(draw.name()));
    if (linear) {
      // The embedding holds the very encoder whose features it computed, also a random one.
      URI embedding = folder(RunKind.EMBED, Subject.of(name));
      inputs.put("features", embedding);
      inputs.putIfAbsent("encoder", embedding);
    }
    // Read and checked once a mode: thousands of runs differ in their subject only.
    Map<String, Object> options =
        new LinkedHashMap<>(
            fineTuning.computeIfAbsent(
                mode,
                m -> {
                  Map<String, Object> told = common();
                  told.putAll(identity(subject));
                  return options(FineTuneRun.class, told, linear ? spec.linear() : spec.endToEnd());
                }));
    options.putAll(identity(subject));
    fineTuned.add(
        add(
            RunKind.FINETUNE,
            subject,
            // One seed per draw: what is compared sees the same order of the same images.
            spec.seed() + draw.draw(),
            inputs,
            options));
  }

  private static Map<String, Object> identity(Subject subject) {
    Map<String, Object> identity = new LinkedHashMap<>();
    identity.put("initialisation", subject.initialisation());
    identity.put("mode", subject.mode());
    identity.put("fraction", subject.fraction());
    identity.put("draw", subject.draw());
    return identity;
  }

  /** The fine-tuned runs as intervals and reports are told of them. */
  private List<Map<String, Object>> tested() {
    List<Map<String, Object>> tested = new ArrayList<>();
    for (RunSpec run : fineTuned) {
      Map<String, Object> identity = identity(run.subject());
      identity.put("run", run.run());
      tested.add(identity);
    }
    return tested;
  }

  private void intervals() {
    add(
        RunKind.INTERVALS,
        Subject.NONE,
        spec.seed(),
        inputs(folders(fineTuned)),
        options(
            IntervalsRun.class,
            Map.of("architecture", spec.architecture(), "runs", tested()),
            spec.intervals()));
  }

  private void export(RunSpec served) {
    ServeOptions serve = spec.serve();
    String model = serve.model() == null ? experiment : serve.model();
    Map<String, URI> inputs = inputs(folders(List.of(served)));
    ExportRun options = new ExportRun(served.run(), model, serve.version(), serve.checks());
    if (options.version() == null) {
      // The same work makes the same version.
      RunSpec unversioned =
          run(RunKind.EXPORT, Subject.NONE, spec.seed(), inputs, Options.toMap(options));
      options = Options.with(options, "version", unversioned.digest().substring(0, 12));
    }
    add(RunKind.EXPORT, Subject.NONE, spec.seed(), inputs, Options.toMap(options));
  }

  /** A run that reads the split alone, told what its record has of the experiment's options. */
  private void ofSplit(RunKind kind) {
    Map<String, Object> told = common();
    told.keySet().retainAll(Declared.of(kind.told()).stream().map(Declared::name).toList());
    add(
        kind,
        Subject.NONE,
        spec.seed(),
        inputs(Map.of("pretrain", manifest("pretrain", "train"))),
        Options.toMap(Options.read(told, kind.told(), kind.word())));
  }

  private void report(RunSpec served) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("architecture", spec.architecture());
    told.put("runs", tested());
    told.put("experiment", spec.name());
    told.put("spec", Options.changed(spec));
    told.put("published", spec.published());
    Map<String, URI> inputs =
        inputs(
            folders(
                runs.stream()
                    .map(PlannedRun::spec)
                    .filter(run -> run.kind() != RunKind.EMBED)
                    .toList()));
    String start = served.subject().initialisation();
    URI embedding = folder(RunKind.EMBED, Subject.of(start));
    if (byFolder.containsKey(embedding)) {
      inputs.put("embedding:" + start, embedding);
    }
    inputs.put("split", splitFolder);
    if (spec.readers() != null) {
      inputs.put("readers", uri(spec.readers()));
    }
    ReportRun options = Options.read(told, ReportRun.class, "report");
    add(RunKind.REPORT, Subject.NONE, spec.seed(), inputs, Options.toMap(options));
  }

  /** The run whose model is served: what the user names, else the largest fraction's first draw. */
  private RunSpec served() {
    List<RunSpec> wanted = fineTuned.stream().filter(this::servable).toList();
    if (wanted.isEmpty()) {
      throw new UserErrorException(
          "serve",
          "no run fits " + spec.serve(),
          "name an initialisation, mode, fraction and draw of this experiment");
    }
    double largest = wanted.stream().mapToDouble(run -> run.subject().fraction()).max().orElse(1);
    return wanted.stream()
        .filter(run -> run.subject().fraction() == largest)
        .findFirst()
        .orElseThrow();
  }

  private boolean servable(RunSpec run) {
    ServeOptions serve = spec.serve();
    Subject subject = run.subject();
    return (serve.initialisation() == null || serve.initialisation().is(subject.initialisation()))
        && (serve.mode() == null || serve.mode().is(subject.mode()))
        && (serve.fraction() == null || serve.fraction().equals(subject.fraction()))
        && (serve.draw() == null || serve.draw().equals(subject.draw()));
  }

  private RunSpec add(
      RunKind kind,
      Subject subject,
      long seed,
      Map<String, URI> inputs,
      Map<String, Object> options) {
    RunSpec run = run(kind, subject, seed, inputs, options);
    // A run waits for those whose folders it reads.
    Set<String> after = new LinkedHashSet<>();
    inputs.values().stream().filter(byFolder::containsKey).map(byFolder::get).forEach(after::add);
    runs.add(new PlannedRun(run, List.copyOf(after)));
    byFolder.put(run.output(), run.run());
    return run;
  }

  private RunSpec run(
      RunKind kind,
      Subject subject,
      long seed,
      Map<String, URI> inputs,
      Map<String, Object> options) {
    return new RunSpec(
        experiment, subject.run(kind), kind, subject, seed, inputs, options, folder(kind, subject));
  }

  private URI folder(RunKind kind, Subject subject) {
    return layout.run(experiment, subject.run(kind));
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

  /** A section with what else the run is told, in full: no default is left open. */
  private static Map<String, Object> options(
      Class<? extends OptionRecord> run, Map<String, Object> told, OptionRecord section) {
    Map<String, Object> options = new LinkedHashMap<>(told);
    options.putAll(Options.toMap(section));
    return Options.toMap(Options.read(options, run, run.getSimpleName()));
  }

  /** What pretraining and fine-tuning are told besides their sections, which may overrule it. */
  private Map<String, Object> common() {
    Map<String, Object> common = new LinkedHashMap<>();
    common.put("architecture", spec.architecture());
    common.put("tasks", spec.tasks());
    common.put("image", spec.image());
    return common;
  }

  /** Where the weights before fine-tuning come from; nothing for random ones. */
  private Map<String, URI> start(InitialisationSpec initialisation) {
    if (initialisation.weights() != null) {
      return Map.of("weights", initialisation.weights());
    }
    return initialisation.pretrainedHere()
        ? Map.of("encoder", folder(RunKind.PRETRAIN, Subject.NONE))
        : Map.of();
  }

  private static Map<String, URI> folders(List<RunSpec> runs) {
    Map<String, URI> folders = new LinkedHashMap<>();
    runs.forEach(run -> folders.put("run:" + run.run(), run.output()));
    return folders;
  }

  private URI manifest(String name, String otherwise) {
    return manifests.getOrDefault(name, manifests.get(otherwise));
  }

  /** The folder that paths in manifests are relative to: the splitter's word, else the user's. */
  private static URI root(ExperimentSpec spec, Map<String, URI> manifests) {
    if (manifests.containsKey("root")) {
      return manifests.get("root");
    }
    return uri(spec.data().root());
  }

  /** A path is on this machine. */
  private static URI uri(String text) {
    return text.matches("[a-z0-9]+:/.*")
        ? URI.create(text)
        : URI.create("file://" + Path.of(text).toAbsolutePath().normalize().toUri().getRawPath());
  }
}

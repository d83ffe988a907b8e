package org.mococxr.orchestrator.plan;

import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.events.SplitCompleted;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.orchestrator.plan.Variants.Point;
import org.mococxr.orchestrator.plan.Variants.Start;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.InitialisationSpec;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;
import org.mococxr.specs.Subject;
import org.mococxr.specs.data.Draw;
import org.mococxr.specs.option.Declared;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.option.Options;
import org.mococxr.specs.run.ChooseRun;
import org.mococxr.specs.run.EmbedRun;
import org.mococxr.specs.run.ExportRun;
import org.mococxr.specs.run.FineTuneRun;
import org.mococxr.specs.run.IntervalsRun;
import org.mococxr.specs.run.PretrainRun;
import org.mococxr.specs.run.ReportRun;
import org.mococxr.specs.run.ServeOptions;
import org.mococxr.specs.training.Architecture;
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
 * <p>Several architectures have such runs each, but for intervals, export and report. With a sweep
 * each point is a fine-tuned run, and {@code choose-…} takes its place before the intervals.
 *
 * <p>Options of a run are its section of the experiment in full, with what tells the run apart:
 * {@code architecture}, {@code tasks}, {@code image}, {@code initialisation}, {@code mode}, {@code
 * fraction}, {@code draw}.
 */
public final class RunPlan {
  private final String experiment;
  private final ExperimentSpec spec;
  private final List<Draw> draws;
  private final URI splitFolder;
  private final InputPlaces places;
  private final PlannedRuns runs;
  private final Map<List<Object>, FineTuning> fineTuning = new HashMap<>();
  private final List<RunSpec> tested = new ArrayList<>();
  private final Variants variants;
  private final SweepPlan sweep = new SweepPlan();

  private RunPlan(ExperimentSpec spec, SplitCompleted split, Layout layout) {
    this.experiment = split.experiment();
    this.spec = spec;
    this.draws = split.draws();
    this.splitFolder = split.split().resolve(".");
    this.runs = new PlannedRuns(experiment, layout);
    this.places = new InputPlaces(spec, split.manifests());
    this.variants = new Variants(spec);
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
    return plan.runs.all();
  }

  /** How many runs an experiment will have if its split has all draws that it asks for. */
  public static long expected(ExperimentSpec spec) {
    return expected(spec, spec.recipe().wanted().size());
  }

  /** How many runs an experiment has whose split has so many draws. */
  public static long expected(ExperimentSpec spec, int draws) {
    return new Variants(spec).runs(Math.max(1, draws));
  }

  private void build() {
    if (spec.initialisations().stream().anyMatch(InitialisationSpec::pretrainedHere)) {
      for (Architecture architecture : spec.encoders()) {
        variants.pretraining().forEach(point -> pretrain(architecture, point));
      }
    }
    if (spec.modes().contains(Mode.LINEAR)) {
      variants.starts().forEach(this::embed);
    }
    // Draw by draw rather than model by model: the first comparisons are complete early.
    for (Draw draw : draws()) {
      for (Mode mode : spec.modes()) {
        for (Architecture architecture : spec.encoders()) {
          for (InitialisationSpec initialisation : variants.inMode(mode)) {
            fineTune(architecture, initialisation, mode, draw);
          }
        }
      }
    }
    sweep.choose(this::choose);
    RunSpec served = ServedRun.of(spec, tested);
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

  private void pretrain(Architecture architecture, Point point) {
    Map<String, URI> inputs = places.with(Map.of("pretrain", places.manifest("pretrain", "train")));
    String weights = spec.pretrainingWeights(architecture);
    if (weights != null) {
      inputs.put("weights", InputPlaces.uri(weights));
    }
    runs.add(
        RunKind.PRETRAIN,
        Subject.NONE.with(variants.label(architecture)).at(point.name()),
        spec.seed(),
        inputs,
        options(PretrainRun.class, common(architecture), spec.pretraining(), point));
  }

  private void embed(Start start) {
    runs.add(
        RunKind.EMBED,
        start.subject(),
        spec.seed(),
        places.with(weights(start)),
        Options.toMap(
            new EmbedRun(
                start.initialisation().external() ? null : start.architecture(),
                start.initialisation().name(),
                spec.tasks(),
                start.image(spec),
                start.initialisation().features(),
                0,
                null)));
  }

  /** At every point of the sweep, if there is one; what is tested afterwards is one run. */
  private void fineTune(
      Architecture architecture, InitialisationSpec initialisation, Mode mode, Draw draw) {
    for (Start start : variants.starts(architecture, initialisation)) {
      for (Point point : variants.tuning(mode)) {
        RunSpec run = fineTune(start, mode, point, draw);
        if (variants.swept(initialisation, mode)) {
          sweep.tried(start, point, run);
        } else {
          tested.add(run);
        }
      }
    }
  }

  private RunSpec fineTune(Start start, Mode mode, Point point, Draw draw) {
    String name = start.initialisation().name();
    Subject subject =
        new Subject(
            name, mode.text(), draw.fraction(), draw.draw(), start.label(), start.point(point));
    Map<String, URI> inputs = places.with(weights(start));
    inputs.put("train", places.manifest(draw.name(), draw.name()));
    if (mode == Mode.LINEAR) {
      // The embedding holds the very encoder whose features it computed, also a random one.
      URI embedding = runs.folder(RunKind.EMBED, start.subject());
      inputs.put("features", embedding);
      inputs.putIfAbsent("encoder", embedding);
      inputs.remove("onnx");
    }
    // Read and checked once a mode, point and fraction, which epochs and evaluations go by: of
    // thousands of runs the others differ in their subject only.
    List<Object> key =
        List.of(
            start.architecture(),
            mode,
            subject.fraction(),
            start.initialisation().external() ? name : "",
            String.valueOf(subject.point()));
    FineTuning told = fineTuning.computeIfAbsent(key, k -> told(start, mode, point, subject));
    return runs.add(
        RunKind.FINETUNE,
        subject,
        // One seed per draw: what is compared sees the same order of the same images.
        spec.seed() + draw.draw(),
        inputs,
        of(subject, told.options()),
        of(subject, told.identifying()));
  }

  /**
   * What runs are told that differ in their subject only; it names the subject of the first.
   *
   * @param identifying the options that the result depends on
   */
  private record FineTuning(Map<String, Object> options, Map<String, Object> identifying) {}

  private FineTuning told(Start start, Mode mode, Point point, Subject subject) {
    Map<String, Object> told = common(start.architecture());
    if (start.initialisation().external()) {
      told.remove("architecture");
      told.put("image", start.image(spec));
    }
    told.putAll(identity(subject));
    if (subject.point() != null) {
      told.put("mayDiverge", true);
    }
    OptionRecord section = mode == Mode.LINEAR ? spec.linear() : spec.endToEnd();
    Map<String, Object> options = options(FineTuneRun.class, told, section, point);
    return new FineTuning(
        options, Options.identifying(Options.accepted(options, FineTuneRun.class, "run")));
  }

  private static Map<String, Object> of(Subject subject, Map<String, Object> told) {
    Map<String, Object> own = new LinkedHashMap<>(told);
    own.putAll(identity(subject));
    return own;
  }

  /** A choice for one draw, among the runs of all draws at all points. */
  private void choose(Subject subject, ChooseRun told, List<RunSpec> among) {
    tested.add(
        runs.add(
            RunKind.CHOOSE,
            subject,
            spec.seed(),
            new LinkedHashMap<>(folders(among)),
            Options.toMap(told)));
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
    List<Map<String, Object>> told = new ArrayList<>();
    for (RunSpec run : tested) {
      Map<String, Object> identity = identity(run.subject());
      identity.put("run", run.run());
      identity.put("architecture", run.subject().architecture());
      told.add(identity);
    }
    return told;
  }

  private void intervals() {
    runs.add(
        RunKind.INTERVALS,
        Subject.NONE,
        spec.seed(),
        places.with(folders(tested)),
        options(
            IntervalsRun.class,
            Map.of("architecture", spec.encoders().getFirst(), "runs", tested()),
            spec.intervals(),
            Point.NONE));
  }

  private void export(RunSpec served) {
    ServeOptions serve = spec.serve();
    String model = serve.model() == null ? experiment : serve.model();
    Map<String, URI> inputs = places.with(folders(List.of(served)));
    ExportRun options =
        new ExportRun(
            served.run(),
            model,
            serve.version(),
            serve.checks(),
            null,
            serve.precision(),
            serve.aurocLoss());
    if (options.version() == null) {
      // The same work makes the same version.
      String work =
          PlannedRuns.work(RunKind.EXPORT, spec.seed(), inputs, Options.identifying(options));
      options = Options.with(options, "version", work);
    }
    runs.add(RunKind.EXPORT, Subject.NONE, spec.seed(), inputs, Options.toMap(options));
  }

  /** A run that reads the split alone, told what its record has of the experiment's options. */
  private void ofSplit(RunKind kind) {
    Map<String, Object> told = common(spec.encoders().getFirst());
    told.keySet().retainAll(Declared.of(kind.told()).stream().map(Declared::name).toList());
    runs.add(
        kind,
        Subject.NONE,
        spec.seed(),
        places.with(Map.of("pretrain", places.manifest("pretrain", "train"))),
        Options.toMap(Options.accepted(told, kind.told(), kind.word())));
  }

  private void report(RunSpec served) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("architecture", spec.encoders().getFirst());
    told.put("runs", tested());
    told.put("experiment", spec.name());
    told.put("spec", Options.changed(spec));
    told.put("published", spec.published());
    Map<String, URI> inputs =
        places.with(
            folders(
                runs.all().stream()
                    .map(PlannedRun::spec)
                    .filter(run -> run.kind() != RunKind.EMBED)
                    .filter(run -> run.kind() != RunKind.FINETUNE || tested.contains(run))
                    .toList()));
    String start = served.subject().initialisation();
    URI embedding =
        runs.folder(RunKind.EMBED, Subject.of(start).with(served.subject().architecture()));
    if (embedding != null) {
      inputs.put("embedding:" + start, embedding);
    }
    inputs.put("split", splitFolder);
    if (spec.readers() != null) {
      inputs.put("readers", InputPlaces.uri(spec.readers()));
    }
    ReportRun options = Options.accepted(told, ReportRun.class, "report");
    runs.add(RunKind.REPORT, Subject.NONE, spec.seed(), inputs, Options.toMap(options));
  }

  /** A section with what else the run is told, in full: no default is left open. */
  private static Map<String, Object> options(
      Class<? extends OptionRecord> run,
      Map<String, Object> told,
      OptionRecord section,
      Point point) {
    Map<String, Object> options = new LinkedHashMap<>(told);
    options.putAll(Options.toMap(section));
    options.putAll(point.options());
    return Options.toMap(Options.accepted(options, run, run.getSimpleName()));
  }

  /** What pretraining and fine-tuning are told besides their sections, which may overrule it. */
  private Map<String, Object> common(Architecture architecture) {
    Map<String, Object> common = new LinkedHashMap<>();
    common.put("architecture", architecture);
    common.put("tasks", spec.tasks());
    common.put("image", spec.image());
    return common;
  }

  /** Where the weights before fine-tuning come from; nothing for random ones. */
  private Map<String, URI> weights(Start start) {
    if (start.initialisation().external()) {
      return Map.of("onnx", start.initialisation().onnx());
    }
    URI weights = spec.weights(start.initialisation(), start.architecture());
    if (weights != null) {
      return Map.of("weights", weights);
    }
    return start.initialisation().pretrainedHere()
        ? Map.of("encoder", runs.folder(RunKind.PRETRAIN, start.pretrained()))
        : Map.of();
  }

  private static Map<String, URI> folders(List<RunSpec> runs) {
    Map<String, URI> folders = new LinkedHashMap<>();
    runs.forEach(run -> folders.put("run:" + run.run(), run.output()));
    return folders;
  }
}

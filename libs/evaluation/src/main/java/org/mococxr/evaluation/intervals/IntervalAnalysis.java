package org.mococxr.evaluation.intervals;

import static org.mococxr.evaluation.intervals.ExperimentIntervals.MEAN_OVER_TASKS;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.mococxr.evaluation.intervals.ExperimentIntervals.Cell;
import org.mococxr.evaluation.intervals.ExperimentIntervals.Difference;
import org.mococxr.evaluation.intervals.ExperimentIntervals.Draw;
import org.mococxr.evaluation.intervals.ExperimentIntervals.DrawDifference;
import org.mococxr.evaluation.metrics.Metrics;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.run.IntervalOptions;

/**
 * All intervals and paired differences of an experiment from its runs' tables. Where resamples are
 * needed, one bootstrap serves every run and task, so that everything is paired with everything.
 */
public final class IntervalAnalysis {
  private final List<RunResult> runs;
  private final TestSet testSet;
  private final List<double[][]> scores = new ArrayList<>();
  private final BootstrapOptions options;

  private IntervalAnalysis(List<RunResult> runs, BootstrapOptions options) {
    this.runs = runs;
    testSet = new TestSet(runs.get(0));
    this.options =
        options.unit() != null
            ? options
            : options.withUnit(
                testSet.patients().contains("")
                    ? IntervalOptions.Unit.STUDY
                    : IntervalOptions.Unit.PATIENT);
  }

  /**
   * Reads the runs' tables and computes.
   *
   * @throws UserErrorException if there is no run, two runs have the same place in the experiment,
   *     the test sets differ, or a task has too few of a class
   */
  public static ExperimentIntervals run(
      List<RunResult> runs, BootstrapOptions options, Progress progress) {
    if (runs.isEmpty()) {
      throw new UserErrorException("runs", "no tested run", "test at least one run first");
    }
    List<RunResult> sorted = runs.stream().sorted(ORDER).toList();
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i - 1).label().equals(sorted.get(i).label())) {
        throw new UserErrorException(
            "runs", sorted.get(i).label() + " stands twice", "give each run once");
      }
    }
    IntervalAnalysis analysis = new IntervalAnalysis(sorted, options);
    for (RunResult run : sorted) {
      analysis.scores.add(analysis.testSet.scores(run));
      progress.update("reading predictions", analysis.scores.size(), sorted.size());
    }
    if (!analysis.testSet.leftOut().isEmpty()) {
      progress.update(
          "no intervals, for want of 2 positive and 2 negative test studies: "
              + String.join(", ", analysis.testSet.leftOut()),
          0,
          1);
    }
    ExperimentIntervals result = analysis.compute();
    progress.update("intervals", result.cells().size(), result.cells().size());
    return result;
  }

  /**
   * Initialisations as reports list them: MoCo first, random last, so that a difference reads well.
   */
  public static final Comparator<String> INITIALISATION_ORDER =
      Comparator.<String>comparingInt(
              name -> name.equals("moco") ? 0 : name.equals("random") ? 2 : 1)
          .thenComparing(Comparator.naturalOrder());

  /** Modes as reports list them: linear before end-to-end. */
  public static final Comparator<String> MODE_ORDER =
      Comparator.<String>comparingInt(name -> name.equals("linear") ? 0 : 1)
          .thenComparing(Comparator.naturalOrder());

  private static final Comparator<RunResult> ORDER =
      Comparator.comparing(RunResult::architecture)
          .thenComparing(RunResult::mode, MODE_ORDER)
          .thenComparingDouble(RunResult::fraction)
          .thenComparing(RunResult::initialisation, INITIALISATION_ORDER)
          .thenComparingInt(RunResult::draw);

  /** Where an initialisation's draws are compared with another's. */
  private record Setting(String architecture, String mode, double fraction) {
    static Setting of(RunResult run) {
      return new Setting(run.architecture(), run.mode(), run.fraction());
    }
  }

  private ExperimentIntervals compute() {
    requirePatients();
    boolean resampled =
        options.method() != IntervalOptions.Method.SCORE || testSet.tasks().size() > 1;
    Bootstrap bootstrap = resampled ? bootstrap() : null;
    List<Cell> cells = new ArrayList<>();
    List<Difference> differences = new ArrayList<>();
    List<List<Integer>> taskGroups = new ArrayList<>();
    int tasks = testSet.tasks().size();
    for (int task = 0; task < tasks; task++) {
      taskGroups.add(List.of(task));
    }
    if (tasks > 1) {
      taskGroups.add(0, IntStream.range(0, tasks).boxed().toList());
    }
    for (List<Integer> group : taskGroups) {
      for (Setting setting : settings()) {
        List<String> initialisations = initialisations(setting);
        for (String initialisation : initialisations) {
          cells.add(cell(bootstrap, group, setting, initialisation));
        }
        for (int a = 0; a < initialisations.size(); a++) {
          for (int b = a + 1; b < initialisations.size(); b++) {
            differences.add(
                difference(
                    bootstrap, group, setting, initialisations.get(a), initialisations.get(b)));
          }
        }
      }
    }
    return new ExperimentIntervals(
        testSet.tasks(),
        testSet.studies(),
        testSet.distinctPatients(),
        options,
        resampled ? bootstrap.redrawn() : 0,
        cells,
        Holm.adjust(differences));
  }

  private void requirePatients() {
    if (options.unit() == IntervalOptions.Unit.PATIENT && testSet.patients().contains("")) {
      throw UserErrorException.at(
          runs.get(0).groundTruth(),
          "a study without a patient",
          "fill the column Patient, or let the unit of the intervals be study");
    }
  }

  private Bootstrap bootstrap() {
    List<Bootstrap.Column> columns = new ArrayList<>();
    for (double[][] run : scores) {
      for (int task = 0; task < run.length; task++) {
        columns.add(new Bootstrap.Column(run[task], testSet.labels(task)));
      }
    }
    try {
      return Bootstrap.of(columns, testSet.patients(), options);
    } catch (IllegalArgumentException e) {
      throw new UserErrorException(
          runs.get(0).groundTruth().toString(), e.getMessage(), "use a larger test set", e);
    }
  }

  private Cell cell(
      Bootstrap bootstrap, List<Integer> tasks, Setting setting, String initialisation) {
    List<Integer> draws = draws(setting, initialisation);
    boolean oneTask = tasks.size() == 1;
    List<Draw> each = new ArrayList<>();
    for (int run : draws) {
      List<Integer> one = List.of(run);
      Interval delong = oneTask ? delong(one, tasks.get(0)) : null;
      each.add(new Draw(runs.get(run).draw(), auroc(one, tasks), delong));
    }
    return new Cell(
        name(tasks),
        setting.architecture(),
        setting.mode(),
        setting.fraction(),
        initialisation,
        oneTask && options.method() == IntervalOptions.Method.SCORE
            ? score(draws, tasks.get(0))
            : bootstrap.mean(columns(draws, tasks)),
        oneTask ? delong(draws, tasks.get(0)) : null,
        caution(draws, tasks),
        each);
  }

  private Difference difference(
      Bootstrap bootstrap, List<Integer> tasks, Setting setting, String a, String b) {
    List<Integer> drawsA = draws(setting, a);
    List<Integer> drawsB = draws(setting, b);
    boolean oneTask = tasks.size() == 1;
    List<DrawDifference> each = new ArrayList<>();
    for (int runA : drawsA) {
      for (int runB : drawsB) {
        if (runs.get(runA).draw() == runs.get(runB).draw()) {
          List<Integer> oneA = List.of(runA);
          List<Integer> oneB = List.of(runB);
          double p = oneTask ? compare(oneA, oneB, tasks.get(0)).pValue() : Double.NaN;
          each.add(
              new DrawDifference(
                  runs.get(runA).draw(), auroc(oneA, tasks) - auroc(oneB, tasks), p));
        }
      }
    }
    DeLong.Comparison comparison = oneTask ? compare(drawsA, drawsB, tasks.get(0)) : null;
    String caution = caution(drawsA, tasks);
    return new Difference(
        name(tasks),
        setting.architecture(),
        setting.mode(),
        setting.fraction(),
        a,
        b,
        oneTask && options.method() == IntervalOptions.Method.SCORE
            ? comparison.difference()
            : bootstrap.difference(columns(drawsA, tasks), columns(drawsB, tasks)),
        oneTask ? delong(drawsA, drawsB, tasks.get(0)) : null,
        oneTask ? comparison.pValue() : null,
        null,
        caution == null ? caution(drawsB, tasks) : caution,
        each);
  }

  /** The mean AUROC of some runs over some tasks. */
  private double auroc(List<Integer> draws, List<Integer> tasks) {
    return tasks.stream()
        .flatMap(task -> known(draws, task).stream().map(s -> auroc(s, task)))
        .mapToDouble(Double::doubleValue)
        .average()
        .orElseThrow();
  }

  private double auroc(double[] known, int task) {
    return Metrics.auroc(known, testSet.positive(task));
  }

  private Interval score(List<Integer> draws, int task) {
    return ScoreInterval.mean(
        known(draws, task), testSet.positive(task), units(task), options.level());
  }

  private DeLong.Comparison compare(List<Integer> a, List<Integer> b, int task) {
    return ScoreInterval.compare(
        known(a, task), known(b, task), testSet.positive(task), units(task), options.level());
  }

  /** Why the interval of some draws may mislead: of several tasks, the first that says so. */
  private String caution(List<Integer> draws, List<Integer> tasks) {
    for (int task : tasks) {
      Optional<String> caution =
          ScoreInterval.caution(testSet.positive(task), units(task), auroc(draws, List.of(task)));
      if (caution.isPresent()) {
        return tasks.size() == 1 ? caution.get() : testSet.tasks().get(task) + ": " + caution.get();
      }
    }
    return null;
  }

  private int[] units(int task) {
    return testSet.units(task, options.unit());
  }

  private Interval delong(List<Integer> draws, int task) {
    return DeLong.mean(known(draws, task), testSet.positive(task), options.level());
  }

  private DeLong.Comparison delong(List<Integer> a, List<Integer> b, int task) {
    return DeLong.compare(known(a, task), known(b, task), testSet.positive(task), options.level());
  }

  private List<double[]> known(List<Integer> draws, int task) {
    return draws.stream().map(run -> testSet.known(task, scores.get(run)[task])).toList();
  }

  private List<Integer> columns(List<Integer> draws, List<Integer> tasks) {
    List<Integer> columns = new ArrayList<>();
    for (int run : draws) {
      for (int task : tasks) {
        columns.add(run * testSet.tasks().size() + task);
      }
    }
    return columns;
  }

  private String name(List<Integer> tasks) {
    return tasks.size() == 1 ? testSet.tasks().get(tasks.get(0)) : MEAN_OVER_TASKS;
  }

  private Set<Setting> settings() {
    Set<Setting> settings = new LinkedHashSet<>();
    runs.forEach(run -> settings.add(Setting.of(run)));
    return settings;
  }

  private List<String> initialisations(Setting setting) {
    return runs.stream()
        .filter(run -> Setting.of(run).equals(setting))
        .map(RunResult::initialisation)
        .distinct()
        .toList();
  }

  private List<Integer> draws(Setting setting, String initialisation) {
    List<Integer> indices = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      RunResult run = runs.get(i);
      if (Setting.of(run).equals(setting) && run.initialisation().equals(initialisation)) {
        indices.add(i);
      }
    }
    return indices;
  }
}

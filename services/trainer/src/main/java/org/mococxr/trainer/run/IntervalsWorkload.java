package org.mococxr.trainer.run;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.mococxr.evaluation.intervals.BootstrapOptions;
import org.mococxr.evaluation.intervals.ExperimentIntervals;
import org.mococxr.evaluation.intervals.Interval;
import org.mococxr.evaluation.intervals.IntervalAnalysis;
import org.mococxr.evaluation.intervals.RunResult;
import org.mococxr.evaluation.results.GroundTruth;
import org.mococxr.evaluation.results.Predictions;
import org.mococxr.foundation.Json;
import org.mococxr.specs.run.IntervalOptions;
import org.mococxr.specs.run.IntervalsRun;

/** Intervals of every group of draws, and paired differences of the initialisations. */
public final class IntervalsWorkload implements Workload {
  /** The result in the run's folder. */
  public static final String FILE = "intervals.json";

  @Override
  public Outcome run(RunContext context) {
    IntervalsRun told = context.options(context.spec().options(), IntervalsRun.class);
    ExperimentIntervals intervals =
        IntervalAnalysis.run(
            results(told, context.inputsUnder("run:")),
            bootstrap(told.intervals(), context.spec().seed()),
            context.reporter());
    Json.write(context.folder().resolve(FILE), intervals);
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("studies", (double) intervals.studies());
    figures.put("redrawn", (double) intervals.redrawn());
    best(intervals)
        .ifPresent(
            auroc -> {
              figures.put("best_auroc", auroc.estimate());
              figures.put("best_auroc_low", auroc.lower());
              figures.put("best_auroc_high", auroc.upper());
            });
    return new Outcome.Done(figures);
  }

  /** The largest AUROC: of the mean over tasks where there are several. */
  private static Optional<Interval> best(ExperimentIntervals intervals) {
    boolean several = intervals.tasks().size() > 1;
    return intervals.cells().stream()
        .filter(cell -> !several || cell.task().equals(ExperimentIntervals.MEAN_OVER_TASKS))
        .map(ExperimentIntervals.Cell::auroc)
        .filter(auroc -> auroc != null && Double.isFinite(auroc.estimate()))
        .max(Comparator.comparingDouble(Interval::estimate));
  }

  private static List<RunResult> results(IntervalsRun told, Map<String, Path> folders) {
    Stream<RunResult> runs =
        told.runs().stream()
            .filter(run -> folders.containsKey(run.run()))
            .map(
                run ->
                    new RunResult(
                        run.architecture(told.architecture()),
                        run.mode().text(),
                        run.initialisation(),
                        run.fraction(),
                        run.draw(),
                        folders.get(run.run()).resolve(Predictions.FILE_NAME),
                        folders.get(run.run()).resolve(GroundTruth.FILE_NAME)));
    Stream<RunResult> tables =
        told.tables().stream()
            .map(
                table ->
                    new RunResult(
                        "",
                        "",
                        table.name(),
                        1,
                        table.draw(),
                        folders.get(table.run()).resolve(Predictions.FILE_NAME),
                        folders.get(table.run()).resolve(GroundTruth.FILE_NAME)));
    return Stream.concat(runs, tables).toList();
  }

  private static BootstrapOptions bootstrap(IntervalOptions told, long seed) {
    return new BootstrapOptions(told.replicates(), told.level(), seed, told.unit(), told.method());
  }
}

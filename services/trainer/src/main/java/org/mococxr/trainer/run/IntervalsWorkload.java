package org.mococxr.trainer.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mococxr.evaluation.intervals.BootstrapOptions;
import org.mococxr.evaluation.intervals.ExperimentIntervals;
import org.mococxr.evaluation.intervals.IntervalAnalysis;
import org.mococxr.evaluation.report.ReportJson;
import org.mococxr.foundation.UserErrorException;

/** Intervals of every group of draws, and paired differences of the initialisations. */
final class IntervalsWorkload implements Workload {
  /** The result in the run's folder. */
  static final String FILE = "intervals.json";

  /**
   * What an intervals run can be told; the rest of the experiment's options are passed over.
   *
   * @param architecture the experiment's
   * @param tasks the experiment's
   * @param image the experiment's
   * @param runs the fine-tuned runs, with what tells them apart
   * @param replicates resamples, at least 2; 1000
   * @param level confidence, above 0 and below 1; 0.95
   * @param unit what counts as independent: {@code patient} (default where every study has one) or
   *     {@code study}
   * @param method {@code score} (default), {@code percentile} or {@code bca}
   */
  record Options(
      String architecture,
      List<String> tasks,
      Map<String, Object> image,
      List<TestedRun> runs,
      Integer replicates,
      Double level,
      String unit,
      String method) {

    BootstrapOptions bootstrap(long seed) {
      try {
        return new BootstrapOptions(
            replicates == null ? 1000 : replicates,
            level == null ? 0.95 : level,
            seed,
            unit == null ? null : BootstrapOptions.Unit.valueOf(unit.toUpperCase(Locale.ROOT)),
            method == null
                ? BootstrapOptions.Method.SCORE
                : BootstrapOptions.Method.valueOf(method.toUpperCase(Locale.ROOT)));
      } catch (IllegalArgumentException e) {
        throw new UserErrorException(
            "intervals",
            String.valueOf(e.getMessage()),
            "replicates of at least 2, level in (0, 1), unit study or patient, method score,"
                + " percentile or bca",
            e);
      }
    }
  }

  @Override
  public Outcome run(RunContext context) {
    Options options = context.options(context.spec().options(), Options.class);
    ExperimentIntervals intervals =
        IntervalAnalysis.run(
            TestedRun.results(options.runs(), options.architecture(), context.inputsUnder("run:")),
            options.bootstrap(context.spec().seed()),
            context.reporter());
    ReportJson.write(intervals, context.folder().resolve(FILE));
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("studies", (double) intervals.studies());
    figures.put("redrawn", (double) intervals.redrawn());
    return new Outcome.Done(figures);
  }
}

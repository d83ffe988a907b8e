package org.mococxr.trainer.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mococxr.evaluation.intervals.ExperimentIntervals;
import org.mococxr.evaluation.intervals.Interval;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.run.IntervalsRun;
import org.mococxr.trainer.run.IntervalsWorkload;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Intervals and paired differences, of fine-tuned runs or of any tables of predictions. */
@Command(
    name = "intervals",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Computes AUROCs with intervals and paired differences: of fine-tuned runs, every (mode,"
          + " initialisation, fraction) over its draws, or of tables of predictions and truth that"
          + " any program wrote, every name over its tables."
    },
    footer = {
      "",
      "Example: mococxr intervals --predictions ours=run/predictions.csv --predictions"
          + " theirs=theirs.csv --groundtruth run/groundtruth.csv --out work/intervals"
    })
final class IntervalsCommand extends Told {
  @Parameters(arity = "0..*", paramLabel = "RUN", description = "Folders that finetune wrote.")
  List<Path> runs = List.of();

  @Option(
      names = "--predictions",
      paramLabel = "NAME=FILE",
      description =
          "A table of predictions in place of runs, or a folder with predictions.csv; several of"
              + " one name are its draws. A row per study or image (a column Study, Path, Image,"
              + " id or the like, or an index), a column of probabilities per finding.")
  List<String> predictions = List.of();

  @Option(
      names = "--groundtruth",
      paramLabel = "FILE",
      description =
          "The truth of all tables: 1, 0, or blank or negative where it is not known. Default: the"
              + " groundtruth.csv beside each.")
  Path groundTruth;

  @Option(
      names = "--tasks",
      split = ",",
      paramLabel = "NAME",
      description = "Findings of the tables to compare. Default: those that every table has.")
  List<String> tasks;

  @Option(
      names = "--rename",
      paramLabel = "COLUMN=NAME",
      description =
          "A column of the tables and the finding that it holds, for example Effusion=Pleural Effusion.")
  Map<String, String> renamed = Map.of();

  @Option(names = "--seed", paramLabel = "N", description = "Of the resamples. Default: 0.")
  long seed;

  @Mixin Folders.Out out;

  IntervalsCommand() {
    super(IntervalsRun.class, "architecture", "runs", "tables");
  }

  @Override
  public Integer call() {
    if (runs.isEmpty() == predictions.isEmpty()) {
      throw new UserErrorException(
          "intervals",
          runs.isEmpty() ? "nothing to compare" : "both RUN and --predictions",
          "give folders that finetune wrote, or --predictions NAME=FILE");
    }
    ByHand run = new ByHand(RunKind.INTERVALS, out.folder, seed).options(Flags.given(command));
    int code = (runs.isEmpty() ? ofTables(run) : ofRuns(run)).run();
    if (code == 0) {
      print(Json.read(out.folder.resolve(IntervalsWorkload.FILE), ExperimentIntervals.class));
    }
    return code;
  }

  private ByHand ofRuns(ByHand run) {
    TestedFolders tested = TestedFolders.read(runs);
    run.option("architecture", tested.architecture()).option("runs", tested.runs());
    tested.folders().forEach((name, folder) -> run.input("run:" + name, folder));
    return run;
  }

  private ByHand ofTables(ByHand run) {
    GivenTables tables = GivenTables.read(predictions, groundTruth, tasks, renamed, out.folder);
    tables.assumed().forEach(System.out::println);
    run.option("tables", tables.told());
    tables.folders().forEach((name, folder) -> run.input("run:" + name, folder));
    return run;
  }

  private static void print(ExperimentIntervals found) {
    for (ExperimentIntervals.Cell cell : found.cells()) {
      print(
          cell.task(),
          cell.mode(),
          cell.fraction(),
          cell.initialisation(),
          cell.auroc(),
          marked(cell.caution()));
    }
    for (ExperimentIntervals.Difference difference : found.differences()) {
      String p =
          difference.pValue() == null
              ? ""
              : String.format(
                  Locale.ROOT,
                  "  p %.4f, Holm's %.4f",
                  difference.pValue(),
                  difference.adjustedPValue());
      print(
          difference.task(),
          difference.mode(),
          difference.fraction(),
          difference.a() + " less " + difference.b(),
          difference.difference(),
          p + marked(difference.caution()));
    }
  }

  /** Of an interval that may hold the truth less often than its level says. */
  private static String marked(String caution) {
    return caution == null ? "" : "  not to be relied upon: " + caution;
  }

  private static void print(
      String task, String mode, double fraction, String who, Interval interval, String more) {
    System.out.printf(
        Locale.ROOT,
        "%-26s %s%-24s %7.4f [%.4f, %.4f]%s%n",
        task,
        mode.isEmpty() ? "" : "%-11s %-6s ".formatted(mode, fraction),
        who,
        interval.estimate(),
        interval.lower(),
        interval.upper(),
        more);
  }
}

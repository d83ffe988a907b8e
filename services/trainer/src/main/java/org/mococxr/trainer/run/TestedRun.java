package org.mococxr.trainer.run;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.mococxr.evaluation.intervals.RunResult;
import org.mococxr.evaluation.results.GroundTruth;
import org.mococxr.evaluation.results.Predictions;

/**
 * One fine-tuned run as intervals and reports are told of it.
 *
 * @param initialisation what it started from
 * @param mode {@code linear} or {@code end-to-end}
 * @param fraction of the labels
 * @param draw its number
 * @param run its name, and its input's role after {@code run:}
 */
record TestedRun(String initialisation, String mode, double fraction, int draw, String run) {

  static List<RunResult> results(
      List<TestedRun> runs, String architecture, Map<String, Path> folders) {
    return runs.stream()
        .filter(run -> folders.containsKey(run.run()))
        .map(run -> run.result(architecture, folders.get(run.run())))
        .toList();
  }

  private RunResult result(String architecture, Path folder) {
    return new RunResult(
        architecture,
        mode,
        initialisation,
        fraction,
        draw,
        folder.resolve(Predictions.FILE_NAME),
        folder.resolve(GroundTruth.FILE_NAME));
  }
}

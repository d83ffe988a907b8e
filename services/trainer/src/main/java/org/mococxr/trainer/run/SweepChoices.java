package org.mococxr.trainer.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.mococxr.evaluation.report.ExperimentReport;
import org.mococxr.foundation.Json;
import org.mococxr.learning.export.Bundle;
import org.mococxr.learning.export.ModelExport;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.run.ReportRun;
import org.mococxr.specs.run.TestedRun;

/** What a report tells of a sweep, from the choices in the folders of the tested runs. */
final class SweepChoices {
  private SweepChoices() {}

  /** One for each (architecture, mode, initialisation, fraction); draws share theirs. */
  static List<ExperimentReport.Choice> read(ReportRun told, Map<String, Path> folders) {
    Set<ExperimentReport.Choice> choices = new LinkedHashSet<>();
    for (TestedRun run : told.runs()) {
      Optional<SweepChoice> choice = choice(folders.get(run.run()));
      choice.ifPresent(
          c ->
              choices.add(
                  new ExperimentReport.Choice(
                      run.architecture(told.architecture()),
                      run.mode().text(),
                      run.initialisation(),
                      run.fraction(),
                      words(c.options()),
                      c.value(),
                      c.tried().size())));
    }
    return new ArrayList<>(choices);
  }

  private static Optional<SweepChoice> choice(Path folder) {
    Path file = folder == null ? null : folder.resolve(SweepChoice.FILE);
    return file != null && Files.isRegularFile(file)
        ? Optional.of(Json.read(file, SweepChoice.class))
        : Optional.empty();
  }

  private static String words(Map<String, Object> options) {
    return options.entrySet().stream()
        .map(each -> each.getKey() + " " + each.getValue())
        .collect(Collectors.joining(", "));
  }

  /** True for the name of a pretraining run. */
  static boolean isPretraining(String run) {
    String name = RunKind.PRETRAIN.word();
    return run.equals(name) || run.startsWith(name + "-");
  }

  /** The pretraining that the report shows: the served model's, else the first one. */
  static Optional<Path> pretraining(ReportRun told, Map<String, Path> folders) {
    List<String> names = folders.keySet().stream().filter(SweepChoices::isPretraining).toList();
    if (names.size() > 1 && folders.containsKey("export")) {
      Bundle bundle = Bundle.read(folders.get("export").resolve(ModelExport.FOLDER));
      TestedRun served = ServedSection.servedRuns(told, bundle.description()).getFirst();
      Optional<String> chosen =
          choice(folders.get(served.run())).map(SweepChoice::pretrain).filter(names::contains);
      String ofArchitecture =
          RunKind.PRETRAIN.word() + "-" + served.architecture(told.architecture());
      return chosen
          .or(() -> names.stream().filter(name -> name.startsWith(ofArchitecture)).findFirst())
          .or(() -> Optional.of(names.getFirst()))
          .map(folders::get);
    }
    return names.stream().findFirst().map(folders::get);
  }
}

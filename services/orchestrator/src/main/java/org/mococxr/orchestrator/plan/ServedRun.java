package org.mococxr.orchestrator.plan;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.InitialisationSpec;
import org.mococxr.specs.RunSpec;
import org.mococxr.specs.Subject;
import org.mococxr.specs.option.Choice;
import org.mococxr.specs.run.ServeOptions;

/** The run whose model is served: what the user names, else the largest fraction's first draw. */
final class ServedRun {
  private ServedRun() {}

  static RunSpec of(ExperimentSpec spec, List<RunSpec> tested) {
    ServeOptions serve = spec.serve();
    // An ONNX file of others has no graph of ours to put a head on.
    Set<String> external =
        spec.initialisations().stream()
            .filter(InitialisationSpec::external)
            .map(InitialisationSpec::name)
            .collect(Collectors.toSet());
    List<RunSpec> wanted =
        tested.stream()
            .filter(run -> !external.contains(run.subject().initialisation()))
            .filter(run -> fits(serve, run.subject()))
            .toList();
    if (wanted.isEmpty()) {
      throw new UserErrorException(
          "serve",
          "no run fits " + serve,
          "name an initialisation, mode, fraction and draw of this experiment");
    }
    double largest = wanted.stream().mapToDouble(run -> run.subject().fraction()).max().orElse(1);
    return wanted.stream()
        .filter(run -> run.subject().fraction() == largest)
        .findFirst()
        .orElseThrow();
  }

  private static boolean fits(ServeOptions serve, Subject subject) {
    return (subject.architecture() == null || fits(serve.architecture(), subject.architecture()))
        && fits(serve.initialisation(), subject.initialisation())
        && fits(serve.mode(), subject.mode())
        && (serve.fraction() == null || serve.fraction().equals(subject.fraction()))
        && (serve.draw() == null || serve.draw().equals(subject.draw()));
  }

  private static boolean fits(Choice wanted, String found) {
    return wanted == null || wanted.is(found);
  }
}

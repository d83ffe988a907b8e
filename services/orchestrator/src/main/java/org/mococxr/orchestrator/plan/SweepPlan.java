package org.mococxr.orchestrator.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.orchestrator.plan.Variants.Point;
import org.mococxr.orchestrator.plan.Variants.Start;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;
import org.mococxr.specs.Subject;
import org.mococxr.specs.run.ChooseRun;
import org.mococxr.specs.run.ChooseRun.Candidate;

/**
 * The points of a sweep that were tried, and the choices among them: one point for all draws of an
 * (architecture, initialisation, mode, fraction), by the mean over the draws.
 */
final class SweepPlan {
  private final Map<Subject, List<Tried>> groups = new LinkedHashMap<>();

  private record Tried(RunSpec run, Candidate candidate) {}

  /** Adds a run at a point. */
  void tried(Start start, Point tuning, RunSpec run) {
    Subject subject = run.subject();
    Map<String, Object> options = new LinkedHashMap<>();
    start
        .pretraining()
        .options()
        .forEach((name, value) -> options.put("pretraining." + name, value));
    options.putAll(tuning.options());
    String pretrain =
        start.initialisation().pretrainedHere() ? start.pretrained().run(RunKind.PRETRAIN) : null;
    Subject group =
        new Subject(
            subject.initialisation(),
            subject.mode(),
            subject.fraction(),
            null,
            subject.architecture(),
            null);
    groups
        .computeIfAbsent(group, key -> new ArrayList<>())
        .add(
            new Tried(
                run, new Candidate(run.run(), subject.draw(), subject.point(), options, pretrain)));
  }

  /** Plans a choice. */
  interface Chooser {
    /**
     * @param subject of the choice
     * @param told what the run is told
     * @param among the runs that it reads
     */
    void choose(Subject subject, ChooseRun told, List<RunSpec> among);
  }

  /** Plans a choice for every draw of every group. */
  void choose(Chooser chooser) {
    for (List<Tried> group : groups.values()) {
      List<RunSpec> among = group.stream().map(Tried::run).toList();
      List<Candidate> candidates = group.stream().map(Tried::candidate).toList();
      among.stream()
          .map(run -> run.subject().at(null))
          .distinct()
          .forEach(
              subject -> chooser.choose(subject, new ChooseRun(subject.draw(), candidates), among));
    }
  }
}

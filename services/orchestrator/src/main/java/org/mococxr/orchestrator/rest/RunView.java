package org.mococxr.orchestrator.rest;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.mococxr.orchestrator.experiment.Cause;
import org.mococxr.orchestrator.experiment.RunProgressState;
import org.mococxr.orchestrator.experiment.RunState;
import org.mococxr.orchestrator.experiment.RunStatus;
import org.mococxr.orchestrator.launch.QueuePlace;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.Subject;

/**
 * A run as the API shows it.
 *
 * @param name unique in the experiment
 * @param kind what it does
 * @param subject what tells it from others of its kind
 * @param after names of the runs that it waits for
 * @param status how far it is
 * @param attempt the current one
 * @param faults attempts that failed
 * @param spent attempts that ended without a result, by cause
 * @param notBefore when the next attempt may begin, or null
 * @param stage what it does at the moment, or null
 * @param done units finished
 * @param total units in all, or 0 if not known
 * @param secondsLeft at the speed so far, or null
 * @param figures of the progress, or of the result
 * @param started when the attempt began, or null
 * @param ended when it ended, or null
 * @param host where it runs, or null
 * @param output its folder in the artefact store
 * @param reason why the last attempt failed, or why the current one does not begin, or null
 * @param queue where it stands if it waits for its turn, or null
 */
public record RunView(
    String name,
    RunKind kind,
    Subject subject,
    List<String> after,
    RunStatus status,
    int attempt,
    int faults,
    Map<Cause, Integer> spent,
    Instant notBefore,
    String stage,
    long done,
    long total,
    Long secondsLeft,
    Map<String, Double> figures,
    Instant started,
    Instant ended,
    String host,
    URI output,
    String reason,
    QueuePlace queue) {

  static RunView of(RunState run, QueuePlace queue) {
    RunProgressState progress = run.progress();
    boolean works = run.status() == RunStatus.RUNNING && progress != null;
    return new RunView(
        run.name(),
        run.kind(),
        run.spec().subject(),
        run.planned().after(),
        run.status(),
        run.attempt(),
        run.spent(Cause.FAULT),
        run.spent(),
        run.notBefore(),
        works ? progress.stage() : null,
        works ? progress.done() : 0,
        works ? progress.total() : 0,
        works ? progress.left().map(left -> left.toSeconds()).orElse(null) : null,
        works ? progress.figures() : run.figures(),
        run.started(),
        run.ended(),
        run.host(),
        run.spec().output(),
        run.reason(),
        queue);
  }
}

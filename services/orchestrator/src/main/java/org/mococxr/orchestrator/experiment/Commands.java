package org.mococxr.orchestrator.experiment;

import java.time.Instant;
import org.mococxr.events.ModelPublished;
import org.mococxr.events.RunCancelled;
import org.mococxr.events.RunRequested;
import org.mococxr.events.SplitRequested;
import org.mococxr.orchestrator.plan.Layout;
import org.mococxr.specs.RunSpec;
import org.mococxr.specs.option.Options;

/**
 * What the orchestrator asks of others. The ids follow from what is asked for, so that a command
 * that is sent twice is recognised by its receiver.
 */
final class Commands {
  private Commands() {}

  static SplitRequested split(ExperimentState state, Layout layout, Instant now) {
    return new SplitRequested(
        state.splitRequest(),
        state.id(),
        now,
        Options.toMap(state.spec().recipe()),
        layout.split(state.id()));
  }

  /**
   * @param run with the attempt that is asked for
   */
  static RunRequested request(ExperimentState state, RunState run, Instant now) {
    return new RunRequested(
        id(state, run, "requested"), state.id(), now, run.spec(), run.attempt());
  }

  static RunCancelled cancel(ExperimentState state, RunState run, Instant now) {
    return new RunCancelled(
        id(state, run, "cancelled"), state.id(), now, run.name(), run.attempt());
  }

  static ModelPublished publish(ExperimentState state, RunSpec export, Instant now) {
    String version = export.options().get("version").toString();
    return new ModelPublished(
        state.request() + "/model/" + version,
        state.id(),
        now,
        export.options().get("model").toString(),
        version,
        Layout.bundle(export),
        "");
  }

  /** Of something about a run's current attempt. */
  static String id(ExperimentState state, RunState run, String what) {
    return String.join(
        "/", state.request(), "runs", run.name(), Integer.toString(run.attempt()), what);
  }
}

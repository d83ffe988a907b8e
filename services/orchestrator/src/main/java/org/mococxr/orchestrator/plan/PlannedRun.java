package org.mococxr.orchestrator.plan;

import java.util.List;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;

/**
 * A run and the runs that must be done before it.
 *
 * @param spec what to do
 * @param after names of the runs whose results it reads
 */
public record PlannedRun(RunSpec spec, List<String> after) {

  /** Copies the list. */
  public PlannedRun {
    after = List.copyOf(after);
  }

  public String name() {
    return spec.run();
  }

  public RunKind kind() {
    return spec.kind();
  }
}

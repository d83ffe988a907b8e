package org.mococxr.specs.run;

import static org.mococxr.specs.option.Role.IDENTIFIES;

import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.training.Architecture;
import org.mococxr.specs.training.Mode;

/** One fine-tuned run as intervals and reports are told of it. */
public record TestedRun(
    @Option(value = "what it started from", role = IDENTIFIES, required = true)
        String initialisation,
    @Option(value = "what was trained", role = IDENTIFIES, required = true) Mode mode,
    @Option(
            value = "fraction of the labels",
            role = IDENTIFIES,
            required = true,
            above = 0,
            max = 1)
        double fraction,
    @Option(value = "its draw", role = IDENTIFIES, required = true, min = 0) int draw,
    @Option(value = "its name, and its input's role after run:", role = IDENTIFIES, required = true)
        String run,
    @Option(
            value = "its encoder, where there are several",
            role = IDENTIFIES,
            otherwise = "that of all runs")
        Architecture architecture)
    implements OptionRecord {

  /** Its encoder by name. */
  public String architecture(Architecture ofAll) {
    return (architecture == null ? ofAll : architecture).text();
  }
}

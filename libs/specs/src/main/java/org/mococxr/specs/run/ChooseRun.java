package org.mococxr.specs.run;

import static org.mococxr.specs.option.Role.IDENTIFIES;

import java.util.List;
import java.util.Map;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;

/** What a run is told that chooses a point of a sweep on validation and takes over its result. */
public record ChooseRun(
    @Option(
            value = "the draw whose result is taken over; all draws have a say in the choice",
            role = IDENTIFIES,
            required = true,
            min = 0)
        int draw,
    @Option(value = "the fine-tuned runs to choose among", role = IDENTIFIES, required = true)
        List<Candidate> candidates)
    implements OptionRecord {

  /** A fine-tuned run at a point of a sweep. */
  public record Candidate(
      @Option(
              value = "its name, and its input's role after run:",
              role = IDENTIFIES,
              required = true)
          String run,
      @Option(value = "its draw", role = IDENTIFIES, required = true, min = 0) int draw,
      @Option(value = "its point, for example p0-f2", role = IDENTIFIES, required = true)
          String point,
      @Option(value = "what the point sets", role = IDENTIFIES, byDefault = "{}")
          Map<String, Object> options,
      @Option(
              value = "the pretraining that it started from",
              role = IDENTIFIES,
              otherwise = "none of this experiment")
          String pretrain)
      implements OptionRecord {}

  @Override
  public void check() {
    if (candidates.stream().noneMatch(each -> each.draw() == draw)) {
      throw new UserErrorException(
          "candidates", "none is of draw " + draw, "expected the draw of one of them");
    }
  }
}

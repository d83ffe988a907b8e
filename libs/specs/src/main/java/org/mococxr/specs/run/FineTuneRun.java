package org.mococxr.specs.run;

import static org.mococxr.specs.option.Role.IDENTIFIES;

import java.nio.file.Path;
import java.util.List;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.option.CacheFolder;
import org.mococxr.specs.option.Inline;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.training.Architecture;
import org.mococxr.specs.training.FineTuningOptions;
import org.mococxr.specs.training.Mode;

/** What a fine-tuning run is told; {@code training} has nothing left open. */
public record FineTuneRun(
    @Option(value = "of a random encoder", role = IDENTIFIES) Architecture architecture,
    @Option(
            value = "name of what the encoder started from, for the record",
            role = IDENTIFIES,
            otherwise = "encoder, weights or random, as is given")
        String initialisation,
    @Option(
            value = "linear trains the head only, end-to-end everything",
            role = IDENTIFIES,
            byDefault = "linear")
        Mode mode,
    @Option(
            value = "of the labels that the draw is, for the number of epochs and the record",
            role = IDENTIFIES,
            byDefault = "1",
            above = 0,
            max = 1,
            label = "F")
        double fraction,
    @Option(
            value = "number of the draw, for the record",
            role = IDENTIFIES,
            byDefault = "0",
            min = 0,
            label = "N")
        int draw,
    @Option(value = "findings to learn", role = IDENTIFIES, required = true) List<String> tasks,
    @CacheFolder Path cache,
    @Option(
            value =
                "true for a point of a sweep: a training that diverges gives no model, and is no"
                    + " error",
            role = IDENTIFIES,
            otherwise = "false")
        Boolean mayDiverge,
    @Inline FineTuningOptions training)
    implements OptionRecord {

  /** Fills in the mode's defaults. */
  public FineTuneRun {
    training = training.resolved(mode, fraction);
  }

  @Override
  public void check() {
    if (tasks.isEmpty()) {
      throw new UserErrorException("tasks", "empty", "name at least one finding");
    }
    training.checkResolved(mode, fraction);
    training.checkTasks(tasks);
  }
}

package org.mococxr.specs.run;

import static org.mococxr.specs.option.Role.IDENTIFIES;

import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.option.Choice;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;

/** How confidence intervals are computed. */
public record IntervalOptions(
    @Option(
            value = "resamples; 1000 or more for intervals worth the name",
            role = IDENTIFIES,
            byDefault = "1000",
            min = 2,
            label = "N")
        int replicates,
    @Option(
            value = "confidence",
            role = IDENTIFIES,
            byDefault = "0.95",
            above = 0,
            below = 1,
            label = "LEVEL")
        double level,
    @Option(
            value = "what counts as independent and is resampled",
            role = IDENTIFIES,
            otherwise = "patient where every study has one, else study")
        Unit unit,
    @Option(
            value =
                "how ends are found: score needs no resamples for a single task; percentile and"
                    + " bca read them off the replicates; reference takes the replicates that the"
                    + " reference takes, one place too low, of the level 0.95",
            role = IDENTIFIES,
            byDefault = "score")
        Method method)
    implements OptionRecord {

  /** What counts as independent. */
  public enum Unit implements Choice {
    /** Studies: as the method does. */
    STUDY,
    /** Patients with all their studies: right where patients have several studies. */
    PATIENT
  }

  /** How an interval's ends are found. */
  public enum Method implements Choice {
    /** Score intervals for a single task, percentiles for the mean over several tasks. */
    SCORE,
    /** Percentiles of the replicates. */
    PERCENTILE,
    /** Bias-corrected and accelerated (Efron 1987). */
    BCA,
    /** The replicates that the reference takes, at level 0.95. */
    REFERENCE
  }

  @Override
  public void check() {
    if (method == Method.REFERENCE && (level != 0.95 || replicates < 40)) {
      throw new UserErrorException(
          "method",
          "found reference with the level %s and %d replicates".formatted(level, replicates),
          "expected 0.95, which it has whatever is asked, and 40 replicates or more");
    }
  }
}

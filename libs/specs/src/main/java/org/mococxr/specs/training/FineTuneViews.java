package org.mococxr.specs.training;

import static org.mococxr.specs.option.Role.IDENTIFIES;

import java.util.Map;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.option.Choice;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.option.Options;

/** Fine-tuning's augmentation: by default a random crop alone. */
public record FineTuneViews(
    @Option(value = "degrees counter-clockwise", role = IDENTIFIES, otherwise = "off")
        Draw rotation,
    @Option(value = "factor of the contrast", role = IDENTIFIES, otherwise = "off") Draw contrast,
    @Option(value = "factor of the brightness", role = IDENTIFIES, otherwise = "off")
        Draw brightness,
    @Option(value = "factor of the sharpness", role = IDENTIFIES, otherwise = "off") Draw sharpness,
    @Option(
            value = "probability of a horizontal flip",
            role = IDENTIFIES,
            byDefault = "0",
            min = 0,
            max = 1,
            label = "P")
        double flip,
    @Option(value = "where training crops", role = IDENTIFIES, byDefault = "random") Crop crop,
    @Option(
            value = "contrast-limited adaptive histogram equalisation before anything else",
            role = IDENTIFIES,
            otherwise = "off")
        ClaheOptions clahe)
    implements OptionRecord {

  /** A random crop alone. */
  public static final FineTuneViews DEFAULT = Options.read(Map.of(), FineTuneViews.class, "views");

  /** Where training crops. */
  public enum Crop implements Choice {
    RANDOM,
    CENTRE
  }

  /** A number that is uniform in [min, max), used with a probability. */
  public record Draw(
      @Option(value = "least value", role = IDENTIFIES, required = true, min = -180, max = 180)
          double min,
      @Option(value = "largest value", role = IDENTIFIES, required = true, min = -180, max = 180)
          double max,
      @Option(value = "how often it is used", role = IDENTIFIES, byDefault = "1", min = 0, max = 1)
          double probability)
      implements OptionRecord {
    @Override
    public void check() {
      if (min > max) {
        throw new UserErrorException(
            "min", "found " + min + " to " + max, "expected min to be at most max");
      }
    }
  }

  @Override
  public void check() {
    factor("contrast", contrast);
    factor("brightness", brightness);
    factor("sharpness", sharpness);
  }

  private static void factor(String name, Draw draw) {
    if (draw != null && (draw.min() < 0 || draw.max() > 10)) {
      throw new UserErrorException(
          name, "found " + draw.min() + " to " + draw.max(), "expected factors from 0 to 10");
    }
  }
}

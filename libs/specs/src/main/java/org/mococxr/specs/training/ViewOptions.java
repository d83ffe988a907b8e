package org.mococxr.specs.training;

import static org.mococxr.specs.option.Role.IDENTIFIES;

import java.util.Map;
import org.mococxr.specs.option.Group;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.option.Options;

/** Numbers of pretraining's augmentations. Each says to which of them it belongs. */
public record ViewOptions(
    @Group(GROUP)
        @Option(
            value = "probability of a horizontal flip",
            role = IDENTIFIES,
            byDefault = "0.5",
            min = 0,
            max = 1,
            only = "chexpert, moco_v1, moco_v2",
            label = "P")
        double flip,
    @Option(
            value = "rotation by up to so many degrees",
            role = IDENTIFIES,
            byDefault = "10",
            min = 0,
            max = 180,
            only = "chexpert",
            label = "D")
        double degrees,
    @Option(
            value = "least share of the area that a crop keeps",
            role = IDENTIFIES,
            byDefault = "0.2",
            min = 1e-3,
            max = 1,
            only = "moco_v1, moco_v2",
            label = "SHARE")
        double minScale,
    @Option(
            value = "brightness is scaled by 1 - B to 1 + B",
            role = IDENTIFIES,
            byDefault = "0.4",
            min = 0,
            max = 10,
            only = "moco_v1, moco_v2",
            label = "B")
        double brightness,
    @Option(
            value = "contrast is scaled by 1 - C to 1 + C",
            role = IDENTIFIES,
            byDefault = "0.4",
            min = 0,
            max = 10,
            only = "moco_v1, moco_v2",
            label = "C")
        double contrast,
    @Option(
            value = "probability of changing brightness and contrast",
            role = IDENTIFIES,
            byDefault = "0.8",
            min = 0,
            max = 1,
            only = "moco_v2",
            label = "P")
        double jitter,
    @Option(
            value = "probability of a Gaussian blur",
            role = IDENTIFIES,
            byDefault = "0.5",
            min = 0,
            max = 1,
            only = "moco_v2",
            label = "P")
        double blur,
    @Option(
            value = "least sigma of the blur in pixels",
            role = IDENTIFIES,
            byDefault = "0.1",
            min = 0.01,
            max = 100,
            only = "moco_v2",
            label = "SIGMA")
        double blurMin,
    @Option(
            value = "largest sigma of the blur in pixels",
            role = IDENTIFIES,
            byDefault = "2",
            min = 0.01,
            max = 100,
            only = "moco_v2",
            label = "SIGMA")
        double blurMax,
    @Option(
            value = "contrast-limited adaptive histogram equalisation before anything else",
            role = IDENTIFIES,
            otherwise = "off")
        ClaheOptions clahe)
    implements OptionRecord {
  static final String GROUP = "Augmentation";

  /** The usual numbers. */
  public static final ViewOptions DEFAULT = Options.read(Map.of(), ViewOptions.class, "views");
}

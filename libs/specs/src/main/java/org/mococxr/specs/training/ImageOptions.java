package org.mococxr.specs.training;

import static org.mococxr.specs.option.Role.IDENTIFIES;

import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.option.Choice;
import org.mococxr.specs.option.Group;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;

/** How pictures become inputs. What is null is the encoder's, or pretraining's usual one. */
public record ImageOptions(
    @Group("The encoder and its pictures")
        @Option(
            value = "side of the square view in pixels",
            role = IDENTIFIES,
            otherwise = "320 in pretraining, afterwards the encoder's",
            min = 1,
            aliases = "crop",
            flags = {"--image-size", "--size"},
            label = "PIXELS")
        Integer size,
    @Option(
            value = "length that a picture is brought to before the view is cropped from it",
            role = IDENTIFIES,
            otherwise = "size",
            min = 1,
            label = "PIXELS")
        Integer resize,
    @Option(
            value =
                "how a picture is brought to that length: shorter-side keeps the aspect, square does"
                    + " not",
            role = IDENTIFIES,
            otherwise = "shorter-side in pretraining, afterwards the encoder's")
        Geometry geometry,
    @Option(
            value = "chexpert (mean 0.5020, std 0.085585) or imagenet",
            role = IDENTIFIES,
            otherwise =
                "the augmentation's in pretraining (imagenet for moco_v1 and moco_v2, else"
                    + " chexpert), afterwards the encoder's")
        Normalisation normalisation,
    @Option(
            value =
                "order of the planes that the weights expect; bgr turns the normalisation's numbers"
                    + " round",
            role = IDENTIFIES,
            otherwise = "rgb")
        Channels channels)
    implements OptionRecord {

  /** Nothing given. */
  public static final ImageOptions DEFAULT = new ImageOptions(null, null, null, null, null);

  @Override
  public void check() {
    if (resize != null && size != null && resize < size) {
      throw new UserErrorException(
          "resize",
          "found " + resize + " with a view of " + size,
          "expected at least the view's side");
    }
  }

  /** The order of the three planes. */
  public enum Channels implements Choice {
    RGB,
    BGR
  }

  /** How pictures of all sizes are brought to one. */
  public enum Geometry implements Choice {
    /** The shorter side gets the length, the aspect ratio stays. */
    SHORTER_SIDE,
    /** Both sides get it. */
    SQUARE
  }

  /** Whose mean and standard deviation the grey levels are measured in. */
  public enum Normalisation implements Choice {
    CHEXPERT {
      @Override
      public java.util.List<String> aliases() {
        return java.util.List.of("chexpert_norm");
      }
    },
    IMAGENET
  }
}

package org.mococxr.specs.training;

import static org.mococxr.specs.option.Role.IDENTIFIES;

import org.mococxr.specs.option.Choice;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;

/** How pictures become inputs. What is null is the encoder's, or pretraining's usual one. */
public record ImageOptions(
    @Option(
            value = "side of the square view in pixels",
            role = IDENTIFIES,
            otherwise = "320 in pretraining, afterwards the encoder's",
            min = 1,
            flags = {"--image-size", "--size"},
            label = "PIXELS",
            group = "The encoder and its pictures")
        Integer size,
    @Option(
            value =
                "how a picture is brought to that size: shorter-side keeps the aspect and crops,"
                    + " square does not",
            role = IDENTIFIES,
            otherwise = "shorter-side in pretraining, afterwards the encoder's",
            group = "The encoder and its pictures")
        Geometry geometry,
    @Option(
            value = "chexpert (mean 0.5020, std 0.085585) or imagenet",
            role = IDENTIFIES,
            otherwise =
                "the augmentation's in pretraining (imagenet for moco_v1 and moco_v2, else"
                    + " chexpert), afterwards the encoder's",
            group = "The encoder and its pictures")
        Normalisation normalisation)
    implements OptionRecord {

  /** Nothing given. */
  public static final ImageOptions DEFAULT = new ImageOptions(null, null, null);

  /** How pictures of all sizes are brought to one. */
  public enum Geometry implements Choice {
    SHORTER_SIDE,
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

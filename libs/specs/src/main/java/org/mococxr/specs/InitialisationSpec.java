package org.mococxr.specs;

import static org.mococxr.specs.option.Role.IDENTIFIES;
import static org.mococxr.specs.option.Role.PLACE;

import java.net.URI;
import java.util.List;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;

/**
 * Where an encoder's weights come from before fine-tuning. In YAML a name alone will do: {@code
 * initialisations: [moco, random]}.
 */
public record InitialisationSpec(
    @Option(value = "moco, random or imagenet", role = IDENTIFIES, required = true) String name,
    @Option(
            value =
                "a file of weights; required for imagenet; for moco it stands for the experiment's"
                    + " own pretraining",
            role = PLACE,
            label = "FILE")
        URI weights)
    implements OptionRecord {
  /** Pretrained by MoCo in this experiment, or earlier if weights are given. */
  public static final String MOCO = "moco";

  /** Random weights. */
  public static final String RANDOM = "random";

  /** Supervised ImageNet weights. */
  public static final String IMAGENET = "imagenet";

  private static final List<String> NAMES = List.of(MOCO, RANDOM, IMAGENET);

  /** Checks the name and that ImageNet has weights. */
  public InitialisationSpec {
    if (!NAMES.contains(name)) {
      throw new UserErrorException(
          "name", "found '" + name + "'", "expected one of " + String.join(", ", NAMES));
    }
    if (name.equals(IMAGENET) && weights == null) {
      throw new UserErrorException(
          "weights", "imagenet has none", "add weights: <file of a state dict>");
    }
    if (name.equals(RANDOM) && weights != null) {
      throw new UserErrorException(
          "weights", "random has some", "leave them out, or name it moco or imagenet");
    }
  }

  /** An initialisation with no file of weights. */
  public static InitialisationSpec named(String name) {
    return new InitialisationSpec(name, null);
  }
}

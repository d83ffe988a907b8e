package org.mococxr.specs;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.net.URI;
import java.util.List;
import org.mococxr.foundation.UserErrorException;

/**
 * Where an encoder's weights come from before fine-tuning. In YAML a name alone will do: {@code
 * initialisations: [moco, random]}.
 *
 * @param name {@code moco}, {@code random} or {@code imagenet}
 * @param weights a file of weights; required for {@code imagenet}; for {@code moco} it stands for
 *     the experiment's own pretraining; null otherwise
 */
public record InitialisationSpec(String name, URI weights) {
  /** Pretrained by MoCo in this experiment, or earlier if weights are given. */
  public static final String MOCO = "moco";

  /** Random weights. */
  public static final String RANDOM = "random";

  /** Supervised ImageNet weights. */
  public static final String IMAGENET = "imagenet";

  private static final List<String> NAMES = List.of(MOCO, RANDOM, IMAGENET);

  /** Checks the name and that ImageNet has weights. */
  public InitialisationSpec {
    if (name == null || !NAMES.contains(name)) {
      throw new UserErrorException(
          "initialisations", "found '" + name + "'", "expected one of " + String.join(", ", NAMES));
    }
    if (name.equals(IMAGENET) && weights == null) {
      throw new UserErrorException(
          "initialisations: imagenet", "no weights given", "add weights: <file of a state dict>");
    }
    if (name.equals(RANDOM) && weights != null) {
      throw new UserErrorException(
          "initialisations: random",
          "weights given",
          "leave them out, or name it moco or imagenet");
    }
  }

  /** Both forms of the YAML: a name, or an object. */
  @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
  static InitialisationSpec create(
      @JsonProperty("name") String name, @JsonProperty("weights") URI weights) {
    return new InitialisationSpec(name, weights);
  }

  /** An initialisation with no file of weights. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static InitialisationSpec named(String name) {
    return new InitialisationSpec(name, null);
  }
}

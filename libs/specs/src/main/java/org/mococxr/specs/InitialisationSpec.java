package org.mococxr.specs;

import static org.mococxr.specs.option.Role.IDENTIFIES;
import static org.mococxr.specs.option.Role.PLACE;

import com.fasterxml.jackson.databind.node.TextNode;
import java.net.URI;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.option.Declared;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.training.Initialisation;

/**
 * Where an encoder's weights come from before fine-tuning. In YAML a name alone will do: {@code
 * initialisations: [moco, random]}.
 */
public record InitialisationSpec(
    @Option(value = "what is meant", role = IDENTIFIES, required = true) Initialisation name,
    @Option(
            value =
                "a file of weights; required for imagenet without imagenetWeights; for moco it stands for the experiment's"
                    + " own pretraining",
            role = PLACE,
            label = "FILE")
        URI weights)
    implements OptionRecord {

  /** Checks that chance has no weights. */
  public InitialisationSpec {
    if (name == Initialisation.RANDOM && weights != null) {
      throw new UserErrorException(
          "weights", "random has some", "leave them out, or name it moco or imagenet");
    }
  }

  /** An initialisation with no file of weights. */
  public static InitialisationSpec named(String name) {
    Declared option = Declared.of(InitialisationSpec.class).getFirst();
    return new InitialisationSpec((Initialisation) option.read(TextNode.valueOf(name)), null);
  }

  /** True if it is the experiment's own pretraining. */
  public boolean pretrainedHere() {
    return name == Initialisation.MOCO && weights == null;
  }
}

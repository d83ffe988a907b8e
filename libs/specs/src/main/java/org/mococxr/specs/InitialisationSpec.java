package org.mococxr.specs;

import static org.mococxr.specs.option.Role.IDENTIFIES;
import static org.mococxr.specs.option.Role.PLACE;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.option.Choice;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.training.ImageOptions;
import org.mococxr.specs.training.Initialisation;

/**
 * Where an encoder comes from before fine-tuning. In YAML a name alone will do: {@code
 * initialisations: [moco, random]}. Any encoder that is an ONNX file can be held against these in
 * linear mode, under a name of its own.
 */
public record InitialisationSpec(
    @Option(
            value = "moco, random or imagenet, or with onnx a name of your own",
            role = IDENTIFIES,
            required = true)
        String name,
    @Option(
            value =
                "a file of weights; required for imagenet without imagenetWeights; for moco it stands"
                    + " for the experiment's own pretraining",
            role = PLACE,
            label = "FILE")
        URI weights,
    @Option(
            value = "an ONNX file that computes features, for linear probes alone",
            role = PLACE,
            label = "FILE")
        URI onnx,
    @Option(
            value = "the ONNX file's output that holds the features",
            role = IDENTIFIES,
            otherwise = "features, or its only output")
        String features,
    @Option(
            value = "pictures as the ONNX file expects them",
            role = IDENTIFIES,
            otherwise = "the experiment's")
        ImageOptions image)
    implements OptionRecord {
  static final String OWN_NAME = "[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?";

  /** The names that mean something by themselves. */
  static final List<String> KNOWN =
      Arrays.stream(Initialisation.values()).map(Initialisation::text).toList();

  /** Spells a known name as it is. */
  public InitialisationSpec {
    if (onnx == null) {
      name = Choice.find(Initialisation.class, name).map(Initialisation::text).orElse(name);
    }
  }

  @Override
  public void check() {
    Optional<Initialisation> known = Choice.find(Initialisation.class, name);
    if (onnx == null) {
      if (known.isEmpty()) {
        throw unknown("name", name);
      }
      if (features != null || image != null) {
        throw wrong(
            features != null ? "features" : "image",
            "given without onnx",
            "add onnx: <file>, or leave it out");
      }
      if (known.get() == Initialisation.RANDOM && weights != null) {
        throw wrong("weights", "random has some", "leave them out, or name it moco or imagenet");
      }
    } else {
      if (known.isPresent() || !name.matches(OWN_NAME)) {
        throw wrong(
            "name",
            "found '" + name + "' for an ONNX file",
            "expected a name of your own: up to 30 lower-case letters, digits and dashes, and none"
                + " of "
                + String.join(", ", KNOWN));
      }
      if (weights != null) {
        throw wrong("weights", "given beside onnx", "give one of them");
      }
    }
  }

  private static UserErrorException unknown(String field, String name) {
    return wrong(
        field,
        "found '" + name + "'",
        "expected one of "
            + String.join(", ", KNOWN)
            + "; an ONNX file has a name of its own, with onnx: <file>");
  }

  private static UserErrorException wrong(String field, String problem, String remedy) {
    return new UserErrorException(field, problem, remedy);
  }

  /** An initialisation with no file of weights. Options are read by it where they give a name. */
  public static InitialisationSpec named(String name) {
    if (Choice.find(Initialisation.class, name).isEmpty()) {
      throw unknown("", name);
    }
    return new InitialisationSpec(name, null, null, null, null);
  }

  /** True if it is this one of the known. */
  public boolean is(Initialisation known) {
    return known.text().equals(name);
  }

  /** True if it is an ONNX file: nothing but linear probes can be made of it. */
  public boolean external() {
    return onnx != null;
  }

  /** True if it is the experiment's own pretraining. */
  public boolean pretrainedHere() {
    return is(Initialisation.MOCO) && weights == null;
  }
}

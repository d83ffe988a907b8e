package org.mococxr.specs;

import static org.mococxr.specs.option.Role.IDENTIFIES;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mococxr.specs.data.Draw;
import org.mococxr.specs.option.Option;

/**
 * What tells runs of one kind apart. A component that does not apply to a run is null. Names of
 * runs are made from it here and nowhere else, and nothing reads them back.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Subject(
    @Option(value = "what the encoder started from, for example moco", role = IDENTIFIES)
        String initialisation,
    @Option(value = "linear or end-to-end", role = IDENTIFIES) String mode,
    @Option(value = "of the labelled training images", role = IDENTIFIES, above = 0, max = 1)
        Double fraction,
    @Option(value = "number of the labelled subset", role = IDENTIFIES, min = 0) Integer draw,
    @Option(value = "the encoder, in an experiment of several", role = IDENTIFIES)
        String architecture,
    @Option(
            value = "the point of a sweep, for example p0-f2: pretraining's, then fine-tuning's",
            role = IDENTIFIES)
        String point) {
  /** Of a run that its experiment has only once. */
  public static final Subject NONE = new Subject(null, null, null, null);

  /** Of a run of an experiment with one architecture and no sweep. */
  public Subject(String initialisation, String mode, Double fraction, Integer draw) {
    this(initialisation, mode, fraction, draw, null, null);
  }

  /** Of a run about one encoder. */
  public static Subject of(String initialisation) {
    return new Subject(initialisation, null, null, null);
  }

  /** The same of one of several architectures; null for the only one. */
  public Subject with(String architecture) {
    return new Subject(initialisation, mode, fraction, draw, architecture, point);
  }

  /** The same at a point of a sweep; null for none. */
  public Subject at(String point) {
    return new Subject(initialisation, mode, fraction, draw, architecture, point);
  }

  /** The name of a run of this kind, for example {@code finetune-moco-linear-0.01-it0}. */
  public String run(RunKind kind) {
    String labels = fraction == null ? null : Draw.plain(fraction);
    String number = draw == null ? null : "it" + draw;
    return Stream.of(kind.word(), architecture, initialisation, mode, point, labels, number)
        .filter(Objects::nonNull)
        .collect(Collectors.joining("-"));
  }
}

package org.mococxr.specs;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What tells runs of one kind apart. A component that does not apply to a run is null. Names of
 * runs are made from it here and nowhere else, and nothing reads them back.
 *
 * @param initialisation what the encoder started from, for example {@code moco}
 * @param mode {@link ExperimentSpec#LINEAR} or {@link ExperimentSpec#END_TO_END}
 * @param fraction of the labelled training images, in (0, 1]
 * @param draw number of the labelled subset, from 0
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Subject(String initialisation, String mode, Double fraction, Integer draw) {
  /** Of a run that its experiment has only once. */
  public static final Subject NONE = new Subject(null, null, null, null);

  /** Of a run about one encoder. */
  public static Subject of(String initialisation) {
    return new Subject(initialisation, null, null, null);
  }

  /** The name of a run of this kind, for example {@code finetune-moco-linear-0.01-it0}. */
  public String run(RunKind kind) {
    String labels = fraction == null ? null : plain(fraction);
    String number = draw == null ? null : "it" + draw;
    return Stream.of(kind.word(), initialisation, mode, labels, number)
        .filter(Objects::nonNull)
        .collect(Collectors.joining("-"));
  }

  /** A fraction without exponent or trailing zeros: 1, 0.1, 0.0078125. */
  private static String plain(double fraction) {
    return BigDecimal.valueOf(fraction).stripTrailingZeros().toPlainString();
  }
}

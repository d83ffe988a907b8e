package org.mococxr.inference.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mococxr.foundation.UserErrorException;

/**
 * How the calibrated probabilities of one task lay over the studies of the test.
 *
 * @param studies in the test
 * @param edges between the parts, ascending; a part has what is above its lower edge and not above
 *     its upper one
 * @param shares of the studies in each part, one more than there are edges
 */
public record Reference(int studies, List<Double> edges, List<Double> shares) {

  /**
   * @param node a task's entry of the field {@code reference}; missing in older bundles
   */
  static Optional<Reference> read(JsonNode node, String location) {
    if (node.isMissingNode() || node.isNull()) {
      return Optional.empty();
    }
    Reference reference =
        new Reference(
            node.path("studies").asInt(),
            numbers(node.path("edges")),
            numbers(node.path("shares")));
    if (!reference.isWhole()) {
      throw new UserErrorException(
          location,
          "is not a distribution: " + reference,
          "studies, ascending edges within 0 to 1, and one share more, which add up to 1");
    }
    return Optional.of(reference);
  }

  private static List<Double> numbers(JsonNode list) {
    List<Double> numbers = new ArrayList<>();
    list.forEach(value -> numbers.add(value.asDouble(Double.NaN)));
    return List.copyOf(numbers);
  }

  private boolean isWhole() {
    boolean whole = studies > 0 && !edges.isEmpty() && shares.size() == edges.size() + 1;
    double last = Double.NEGATIVE_INFINITY;
    for (double edge : edges) {
      whole &= edge > last && edge >= 0 && edge <= 1;
      last = edge;
    }
    double sum = 0;
    for (double share : shares) {
      whole &= share >= 0;
      sum += share;
    }
    return whole && Math.abs(sum - 1) < 1e-6;
  }

  /** The part that a probability belongs to. */
  public int part(double probability) {
    int part = 0;
    while (part < edges.size() && probability > edges.get(part)) {
      part++;
    }
    return part;
  }
}

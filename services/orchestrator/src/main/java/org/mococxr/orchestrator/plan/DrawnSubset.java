package org.mococxr.orchestrator.plan;

import java.math.BigDecimal;
import java.net.URI;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One labelled subset of the training images that the splitter has drawn.
 *
 * @param fraction share of the labelled training images, as the splitter prints it: {@code 0.01}
 * @param draw counts from 0
 * @param manifest its images
 */
record DrawnSubset(String fraction, int draw, URI manifest) {
  private static final Pattern NAME = Pattern.compile("train_semi_([0-9.]+)-it([0-9]+)");

  /** In the order in which they are trained: small fractions first, since they end first. */
  static List<DrawnSubset> of(Map<String, URI> manifests) {
    List<DrawnSubset> drawn =
        manifests.entrySet().stream()
            .map(e -> of(e.getKey(), e.getValue()))
            .filter(s -> s != null)
            .sorted(Comparator.comparing(DrawnSubset::share).thenComparing(DrawnSubset::draw))
            .toList();
    // A split without draws is one draw of everything.
    return drawn.isEmpty() && manifests.containsKey("train")
        ? List.of(new DrawnSubset("1", 0, manifests.get("train")))
        : drawn;
  }

  private static DrawnSubset of(String name, URI manifest) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches()
        ? new DrawnSubset(matcher.group(1), Integer.parseInt(matcher.group(2)), manifest)
        : null;
  }

  /** The fraction as a number. */
  BigDecimal share() {
    return new BigDecimal(fraction);
  }

  /** As run names end: {@code 0.01-it0}. */
  String label() {
    return fraction + "-it" + draw;
  }
}

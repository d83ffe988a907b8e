package org.mococxr.datasets.reading;

import java.text.Normalizer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Identifiers of patients as people write them. {@code P07}, {@code p07 } and, of numbers, {@code
 * 7}, {@code 007} and {@code 7.0} are one patient: two spellings taken for two people would put one
 * of them in training and in test. The first spelling that is seen counts.
 */
final class PatientNames {
  /** What exports and pandas write where nobody is named. */
  private static final Set<String> NOBODY =
      Set.of("", "nan", "na", "n/a", "#n/a", "none", "null", "nil", "unknown", "-", "--", "?", ".");

  private final Map<String, String> spelled = new HashMap<>();
  private final Set<String> respelled = new HashSet<>();
  private String example = "";

  /** Whether a text stands for no patient. */
  static boolean isNobody(String identifier) {
    return NOBODY.contains(identifier.strip().toLowerCase(Locale.ROOT));
  }

  /** The spelling that counts for an identifier. */
  String of(String identifier) {
    String known = spelled.putIfAbsent(plain(identifier), identifier);
    if (known == null || known.equals(identifier)) {
      return identifier;
    }
    if (respelled.add(identifier) && example.isEmpty()) {
      example = "'%s' and '%s'".formatted(known, identifier);
    }
    return known;
  }

  /** What to tell of identifiers that were written in several ways. */
  Optional<String> note() {
    return respelled.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%,d identifiers of patients differ from others in spelling only, such as %s: each pair"
                    .formatted(respelled.size(), example)
                + " counts as one patient");
  }

  /** Equal for the spellings of one identifier. */
  static String plain(String identifier) {
    String text =
        Normalizer.normalize(identifier, Normalizer.Form.NFKC)
            .strip()
            .replaceAll("\\s+", " ")
            .toLowerCase(Locale.ROOT);
    return text.matches("\\d+(\\.0+)?")
        ? text.replaceFirst("\\.0+$", "").replaceFirst("^0+(?=\\d)", "")
        : text;
  }
}

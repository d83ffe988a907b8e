package org.mococxr.datasets;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What is known of one finding in one image. */
public enum Label {
  /** Present: 1 in CheXpert's format. */
  POSITIVE("1.0"),
  /** Absent: 0. */
  NEGATIVE("0.0"),
  /** Mentioned, and left open: -1. */
  UNCERTAIN("-1.0"),
  /** Not mentioned, or not labelled: blank. */
  MISSING("");

  private static final Map<String, Optional<Label>> WORDS = new HashMap<>();

  static {
    words(
        POSITIVE,
        "1,0|+1|yes|y|true|t|positive|pos|present|ja|j|wahr|positiv|positivo|positif"
            + "|oui|si|sí|sim|tak|evet|da|да|是|有|はい|vorhanden|presente|présent|vrai"
            + "|verdadero|detected|found|+");
    words(
        NEGATIVE,
        "0,0|no|n|false|f|negative|neg|absent|nein|falsch|negativ|non|não|nao|nie"
            + "|hayır|нет|否|无|無|いいえ|nicht vorhanden|ausente|faux|falso|not present"
            + "|not detected|not found|négatif|negativo");
    words(
        UNCERTAIN,
        "-1,0|uncertain|unsure|unclear|equivocal|maybe|possible|unklar|fraglich|unsicher|?");
    words(MISSING, "nan|na|n/a|#n/a|none|null|-|.");
  }

  private final String text;
  private final Optional<Label> parsed = Optional.of(this);

  Label(String text) {
    this.text = text;
  }

  /** As CheXpert writes it. */
  public String text() {
    return text;
  }

  /**
   * Reads {@code 1}, {@code 1.0}, {@code 0}, {@code -1}, blank, {@code nan} and the like, and the
   * words that spreadsheets have for them: {@code yes}, {@code nein}, {@code negative}, {@code
   * TRUE}, {@code unclear}.
   */
  public static Optional<Label> parse(String text) {
    String trimmed = text.strip();
    return switch (trimmed) {
      case "1.0", "1", "1.00" -> POSITIVE.parsed;
      case "0.0", "0", "0.00", "-0.0" -> NEGATIVE.parsed;
      case "-1.0", "-1", "-1.00" -> UNCERTAIN.parsed;
      case "" -> MISSING.parsed;
      default -> word(trimmed);
    };
  }

  private static void words(Label label, String words) {
    for (String word : words.split("\\|")) {
      WORDS.put(word, label.parsed);
    }
  }

  private static Optional<Label> word(String text) {
    if (text.length() > 16) {
      return Optional.empty();
    }
    return WORDS.getOrDefault(text.toLowerCase(Locale.ROOT), Optional.empty());
  }
}

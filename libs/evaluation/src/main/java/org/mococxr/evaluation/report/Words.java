package org.mococxr.evaluation.report;

import java.math.BigDecimal;
import java.util.Locale;
import org.mococxr.evaluation.intervals.Interval;

/** Numbers and names as a reader wants them. */
final class Words {
  private static final String MINUS = "\u2212";
  private static final String THIN = "\u202F";

  private Words() {}

  /** 0.01 → {@code 1 %}. */
  static String percent(double share) {
    return decimal(share * 100) + THIN + "%";
  }

  /** 0.01 → {@code 0.01}, never in powers of ten. */
  static String plain(double value) {
    return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
  }

  private static String decimal(double value) {
    // Rounded to 12 digits, so that 0.07 · 100 is 7.
    return new BigDecimal(String.format(Locale.ROOT, "%.10g", value))
        .stripTrailingZeros()
        .toPlainString();
  }

  /** Three decimals; a dash for what is not known. */
  static String three(double value) {
    return number("%.3f", value);
  }

  /** Two decimals, signed: for differences in prose. */
  static String signedTwo(double value) {
    return number("%+.2f", value);
  }

  /** Three decimals, signed. */
  static String signedThree(double value) {
    return number("%+.3f", value);
  }

  static String two(double value) {
    return number("%.2f", value);
  }

  /** With commas between thousands. */
  static String whole(long value) {
    return String.format(Locale.ROOT, "%,d", value).replace(",", THIN);
  }

  private static String number(String format, double value) {
    if (Double.isNaN(value)) {
      return "–";
    }
    String text = String.format(Locale.ROOT, format, value);
    // A value that rounds to nought has no sign.
    if (text.matches("[-+]0(\\.0*)?")) {
      text = text.substring(1);
    }
    return text.replace("-", MINUS);
  }

  /** {@code [0.812, 0.874]}. */
  static String range(Interval interval) {
    return "[" + three(interval.lower()) + ", " + three(interval.upper()) + "]";
  }

  static String signedRange(Interval interval) {
    return "[" + signedThree(interval.lower()) + ", " + signedThree(interval.upper()) + "]";
  }

  /** {@code 0.03}, {@code < 0.001}. */
  static String pValue(double p) {
    if (Double.isNaN(p)) {
      return "–";
    }
    return p < 0.001 ? "<" + THIN + "0.001" : number(p < 0.01 ? "%.3f" : "%.2f", p);
  }

  static String initialisation(String name) {
    return switch (name) {
      case "moco" -> "MoCo";
      case "random" -> "Random";
      case "imagenet" -> "ImageNet";
      default -> name;
    };
  }

  static String mode(String name) {
    return switch (name) {
      case "linear" -> "Linear probing";
      case "end-to-end" -> "End-to-end fine-tuning";
      default -> name;
    };
  }
}

package org.mococxr.trainer.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mococxr.foundation.UserErrorException;

/**
 * The reference's names of pretraining runs: architecture, {@code w} with or {@code o} without
 * given weights, learning rate and batch. {@code r8w1n416} is ResNet-18 with weights at 1e-4 and a
 * batch of 16, {@code r8o5n424} without weights at 5e-4 and a batch of 24. Published runs use
 * temperature 0.2, the two-layer projection, rotation by 10 degrees at 320 px, and 20 epochs, or 35
 * at rates of the order of 1e-2. An earlier version of this product wrote {@code w0} for {@code
 * o1}.
 *
 * @param options by their names in a RunSpec
 */
record PretrainPreset(Map<String, Object> options) {
  private static final Pattern NAME =
      Pattern.compile("(r8|r5|d1|m1)(?:(w)|(o)(?!0))([0-9])n([1-9])([1-9]\\d{0,3})");
  private static final Map<String, String> ARCHITECTURES =
      Map.of("r8", "resnet18", "r5", "resnet50", "d1", "densenet121", "m1", "mnasnet1_0");

  static PretrainPreset parse(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      throw new UserErrorException(
          "--preset",
          "found '" + name + "'",
          "expected r8, r5, d1 or m1, then w (given weights) or o (none), the learning rate as"
              + " 1n4 for 1e-4, and the batch: r8w1n416");
    }
    String mantissa = matcher.group(4).equals("0") ? "1" : matcher.group(4);
    int exponent = Integer.parseInt(matcher.group(5));
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("architecture", ARCHITECTURES.get(matcher.group(1)));
    options.put("learningRate", Double.valueOf(mantissa + "e-" + exponent));
    options.put("batch", Integer.valueOf(matcher.group(6)));
    options.put("epochs", exponent == 2 ? 35 : 20);
    options.put("temperature", 0.2);
    options.put("mlp", true);
    options.put("augmentation", "chexpert");
    return new PretrainPreset(options);
  }

  /** True if the run starts from given weights. */
  static boolean needsWeights(String name) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches() && matcher.group(2) != null && !matcher.group(4).equals("0");
  }

  /** The same run without given weights. */
  static String withoutWeights(String name) {
    return name.replaceFirst("w", "o");
  }
}

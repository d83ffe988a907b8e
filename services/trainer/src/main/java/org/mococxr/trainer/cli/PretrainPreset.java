package org.mococxr.trainer.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mococxr.foundation.UserErrorException;

/**
 * The paper's names of pretraining runs: architecture, initialisation, learning rate and batch, as
 * in {@code r8w1n416} (ResNet-18, with given weights, 1e-4, 16). Published runs use temperature
 * 0.2, the two-layer projection, rotation by 10 degrees at 320 px, and 20 epochs, or 35 at 1e-2.
 *
 * @param options by their names in a RunSpec
 */
record PretrainPreset(Map<String, Object> options) {
  private static final Pattern NAME = Pattern.compile("(r8|r5|d1|m1)w([01])n([1-9])(\\d{1,4})");
  private static final Map<String, String> ARCHITECTURES =
      Map.of("r8", "resnet18", "r5", "resnet50", "d1", "densenet121", "m1", "mnasnet1_0");

  static PretrainPreset parse(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      throw new UserErrorException(
          "--preset",
          "found '" + name + "'",
          "expected r8, r5, d1 or m1, w0 or w1, n and the learning rate's exponent, and the batch:"
              + " r8w1n416");
    }
    int exponent = Integer.parseInt(matcher.group(3));
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("architecture", ARCHITECTURES.get(matcher.group(1)));
    options.put("learningRate", Double.valueOf("1e-" + exponent));
    options.put("batch", Integer.valueOf(matcher.group(4)));
    options.put("epochs", exponent == 2 ? 35 : 20);
    options.put("temperature", 0.2);
    options.put("mlp", true);
    options.put("augmentation", "chexpert");
    return new PretrainPreset(options);
  }

  /** True if the run starts from given weights. */
  static boolean needsWeights(String name) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches() && matcher.group(2).equals("1");
  }
}

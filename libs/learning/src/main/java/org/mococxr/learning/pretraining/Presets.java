package org.mococxr.learning.pretraining;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mococxr.foundation.UserErrorException;

/**
 * The published runs by their names: {@code r8w1n416} is ResNet-18 ({@code r8}; {@code d1} is
 * DenseNet-121), with ImageNet's weights ({@code w1}; {@code w0} without), learning rate 10⁻⁴
 * ({@code n4}), batch 16. All have the two-layer projection, temperature 0.2, 320 pixels, rotation
 * within 10°.
 */
public final class Presets {
  private static final Pattern NAME = Pattern.compile("(r8|r5|d1|m1)w([01])n([1-9])(\\d+)");

  private Presets() {}

  /** What the names look like. */
  public static final String FORM = "for example r8w1n416, r8w1n516, r8w1n216, d1w1n416";

  /**
   * The options of a published run; the caller's own options override them. A preset with
   * ImageNet's weights still needs {@code weights} to name their file.
   */
  public static Map<String, Object> named(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      throw new UserErrorException("preset", "there is none named " + name, FORM);
    }
    int exponent = Integer.parseInt(matcher.group(3));
    Map<String, Object> options = new LinkedHashMap<>();
    options.put(
        "architecture",
        switch (matcher.group(1)) {
          case "r8" -> "resnet18";
          case "r5" -> "resnet50";
          case "d1" -> "densenet121";
          default -> "mnasnet1_0";
        });
    options.put("learningRate", Math.pow(10, -exponent));
    options.put("batch", Integer.parseInt(matcher.group(4)));
    // The largest rate was given more epochs.
    options.put("epochs", exponent == 2 ? 35 : 20);
    options.put("mlp", true);
    options.put("temperature", 0.2);
    options.put("augmentation", "chexpert");
    options.put("augmentationOptions", Map.of("degrees", 10));
    options.put("image", Map.of("size", 320, "geometry", "shorter-side"));
    return options;
  }

  /** True if the run of that name began with ImageNet's weights. */
  public static boolean wantsWeights(String name) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches() && matcher.group(2).equals("1");
  }
}

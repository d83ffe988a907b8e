package org.mococxr.learning.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a tensor is for that is not part of the encoder: the rules by which tensors are dropped. */
enum Purpose {
  BATCH_COUNTER("batch counters", "(.*\\.)?num_batches_tracked$"),
  MOMENTUM_ENCODER(
      "momentum encoder",
      "(encoder_k|key_encoder|\\w+_momentum|momentum_\\w+|(model_)?ema|target(_\\w+)?)\\."),
  STUDENT("student", "student(_\\w+)?\\."),
  TEACHER_HEAD("projection", "teacher_\\w*head\\."),
  QUEUE("queue", "((\\w+\\.)*memory_bank\\.\\w+|memory_bank|queue\\d*(_ptr)?|bank(_ptr)?)$"),
  PROJECTION(
      "projection",
      "(proj|projection|projector|predictor|prediction|contrastive|mlp)(_(head|mlp|layers?))?\\."),
  PROTOTYPES("prototypes", "prototypes\\d*\\."),
  LOSS("loss", "((\\w+_)?(criterion|loss)(_fn)?|center)(\\.|$)"),
  CLASSIFIER(
      "classifier",
      "(fc|classifier|linear|last_linear|heads?|online_(classifier|linear|head)|linear_(head"
          + "|probe))\\.");

  private final String text;
  private final Pattern names;

  Purpose(String text, String names) {
    this.text = text;
    this.names = Pattern.compile(names);
  }

  /** For people. */
  String text() {
    return text;
  }

  /**
   * The purpose of a tensor.
   *
   * @param name its full name
   * @param root of the encoder: rules look below it and below the modules that it is part of, and
   *     not deeper, for an encoder's own layers may have such names too
   */
  static Optional<Purpose> of(String name, String root) {
    for (String module : modules(root)) {
      if (name.startsWith(module)) {
        String rest = name.substring(module.length());
        for (Purpose purpose : values()) {
          if (purpose.names.matcher(rest).lookingAt()) {
            return Optional.of(purpose);
          }
        }
      }
    }
    return Optional.empty();
  }

  /** True if a backbone at this root is another's moving average, or learns from another. */
  static boolean isSecond(String root, Purpose purpose) {
    return modules(root).stream()
        .anyMatch(module -> purpose.names.matcher(root.substring(module.length())).lookingAt());
  }

  /** The root and the prefixes of the modules around it, innermost first. */
  private static List<String> modules(String root) {
    List<String> modules = new ArrayList<>(List.of(root));
    for (int dot = root.length() - 1; dot >= 0; dot = root.lastIndexOf('.', dot - 1)) {
      int before = root.lastIndexOf('.', dot - 1);
      modules.add(root.substring(0, before + 1));
      if (before < 0) {
        break;
      }
    }
    return modules;
  }
}

package org.mococxr.learning.pretraining;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The options on which the resulting bits depend, as text. */
final class RunIdentity {
  /** Where things lie, how fast, and what is kept; images are told apart by their digests. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "manifest",
          "root",
          "cache",
          "weights",
          "threads",
          "loaders",
          "logEvery",
          "checkpointEvery",
          "keepCheckpoints",
          "keepEvery",
          "exportTorch",
          "probe");

  private RunIdentity() {}

  static String of(PretrainOptions options) {
    Map<String, Object> fields = new LinkedHashMap<>();
    try {
      for (RecordComponent component : PretrainOptions.class.getRecordComponents()) {
        if (!WITHOUT_EFFECT.contains(component.getName())) {
          fields.put(component.getName(), component.getAccessor().invoke(options));
        }
      }
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(e);
    }
    return fields.toString();
  }
}

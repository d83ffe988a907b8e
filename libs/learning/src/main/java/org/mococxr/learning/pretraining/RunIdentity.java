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

  /**
   * Options that came later, with the value under which a run does what it did before them: then
   * they are left out, so that checkpoints from before are still continued.
   */
  private static final Map<String, Object> CAME_LATER =
      Map.of("laterality", "any", "layout", "channels-last");

  private RunIdentity() {}

  static String of(PretrainOptions options) {
    Map<String, Object> fields = new LinkedHashMap<>();
    try {
      for (RecordComponent component : PretrainOptions.class.getRecordComponents()) {
        String name = component.getName();
        Object value = component.getAccessor().invoke(options);
        if (!WITHOUT_EFFECT.contains(name)
            && !(CAME_LATER.containsKey(name) && CAME_LATER.get(name).equals(value))) {
          fields.put(name, value);
        }
      }
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(e);
    }
    return fields.toString();
  }
}

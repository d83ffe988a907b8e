package org.mococxr.foundation;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Copies of maps that keep their order and allow null values, as JSON does. */
public final class Maps {
  private Maps() {}

  /** An unmodifiable copy; empty for null. */
  public static <V> Map<String, V> copy(Map<String, V> map) {
    return map == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}

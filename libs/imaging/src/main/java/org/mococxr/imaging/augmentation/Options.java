package org.mococxr.imaging.augmentation;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.mococxr.foundation.UserErrorException;

/** Typed reading of an augmentation's options; names that nobody asked for are the user's error. */
final class Options {
  private final String location;
  private final Map<String, Object> values;
  private final Set<String> known = new HashSet<>();

  Options(String location, Map<String, Object> values) {
    this.location = location;
    this.values = values == null ? Map.of() : values;
  }

  /** A number within bounds. */
  double number(String name, double fallback, double least, double most) {
    known.add(name);
    Object value = values.get(name);
    if (value == null) {
      return fallback;
    }
    if (!(value instanceof Number number)
        || !(number.doubleValue() >= least && number.doubleValue() <= most)) {
      throw wrong(name, value, "a number from " + least + " to " + most + " is expected");
    }
    return number.doubleValue();
  }

  /** A probability. */
  double probability(String name, double fallback) {
    return number(name, fallback, 0, 1);
  }

  /** One of some words. */
  String word(String name, String fallback, Set<String> allowed) {
    known.add(name);
    Object value = values.get(name);
    if (value == null) {
      return fallback;
    }
    if (!(value instanceof String word) || !allowed.contains(word)) {
      throw wrong(name, value, "one of " + new TreeSet<>(allowed) + " is expected");
    }
    return word;
  }

  /** Options within an option, empty if it is absent. */
  @SuppressWarnings("unchecked")
  Options nested(String name) {
    known.add(name);
    Object value = values.get(name);
    if (value != null && !(value instanceof Map)) {
      throw wrong(name, value, "an object is expected");
    }
    return new Options(location + "." + name, (Map<String, Object>) value);
  }

  boolean has(String name) {
    return values.get(name) != null;
  }

  /** Refuses what was not asked for. */
  void finish() {
    for (String name : values.keySet()) {
      if (!known.contains(name)) {
        throw new UserErrorException(
            location, "unknown option '" + name + "'", "known are " + new TreeSet<>(known));
      }
    }
  }

  private UserErrorException wrong(String name, Object value, String remedy) {
    return new UserErrorException(location + "." + name, "the value is '" + value + "'", remedy);
  }
}

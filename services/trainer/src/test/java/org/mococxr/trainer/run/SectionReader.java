package org.mococxr.trainer.run;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;

/**
 * Asks a record that reads options what it takes: its defaults, choices and bounds are those that
 * its constructor fills in and enforces, so that a schema says the same and not something similar.
 *
 * @param type the record
 * @param least options without which there is none
 * @param omitted components that a user does not write
 */
record SectionReader(Class<?> type, Map<String, Object> least, Set<String> omitted) {

  /** The record of options over the least. */
  Object read(Map<String, ?> options) {
    Map<String, Object> all = new LinkedHashMap<>(least);
    all.putAll(options);
    return Json.MAPPER.convertValue(all, type);
  }

  /** What a component is if nothing is said of it; empty for nothing. */
  Optional<Object> initial(String component) {
    Object record = read(Map.of());
    for (RecordComponent c : type.getRecordComponents()) {
      if (c.getName().equals(component)) {
        return Optional.ofNullable(valueOf(c, record));
      }
    }
    throw new IllegalArgumentException(type + " has no " + component);
  }

  private static Object valueOf(RecordComponent component, Object record) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** True if there is no record without the component. */
  boolean requires(String component) {
    if (!least.containsKey(component)) {
      return false;
    }
    Map<String, Object> rest = new LinkedHashMap<>(least);
    rest.remove(component);
    try {
      Json.MAPPER.convertValue(rest, type);
      return false;
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  /** The words that a component may be; empty for any. */
  Optional<List<String>> choices(String component) {
    return refusal(component, "no such word")
        .map(UserErrorException::remedy)
        .filter(remedy -> remedy.startsWith("one of "))
        .map(remedy -> List.of(remedy.substring("one of ".length()).split(", ")));
  }

  /** True if a number must be above 0. */
  boolean positive(String component) {
    return refusal(component, 0).isPresent();
  }

  private Optional<UserErrorException> refusal(String component, Object value) {
    try {
      read(Map.of(component, value));
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      List<Throwable> causes = new ArrayList<>();
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        causes.add(cause);
      }
      return causes.stream()
          .filter(UserErrorException.class::isInstance)
          .map(UserErrorException.class::cast)
          .filter(user -> user.location().endsWith(component))
          .findFirst();
    }
  }
}

package org.mococxr.specs.data;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mococxr.foundation.TaskNames;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.option.Choice;
import org.mococxr.specs.option.Form;

/**
 * What uncertain and blank labels become: a policy for all tasks, or a map from task to policy. A
 * policy is a word of {@link LabelRule}, {@code map:<file>} with the file of values, or {@code
 * {uncertain: <one of these>, blank: <word of BlankRule>}}.
 *
 * @param written as it is written
 */
@Form(
    """
    {"anyOf": [
      {"enum": ["ignore", "zeros", "ones", "prevalence", "three-class"]},
      {"type": "string", "pattern": "^map:.+"},
      {"type": "object", "additionalProperties": {"type": ["string", "object"]}}]}
    """)
public record LabelPolicies(@JsonValue Object written) {
  private static final String REST = "default";
  private static final String MAP = "map:";
  private static final List<String> PARTS = List.of("uncertain", "blank");

  /** Checks every policy. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public LabelPolicies {
    if (written instanceof Map<?, ?> map && !isOne(map)) {
      map.forEach((task, policy) -> checked(task.toString(), policy));
    } else {
      checked("", written);
    }
  }

  private static boolean isOne(Map<?, ?> map) {
    return PARTS.containsAll(map.keySet());
  }

  private static void checked(String task, Object policy) {
    if (!(policy instanceof Map<?, ?> parts)) {
      uncertain(task, String.valueOf(policy));
      return;
    }
    String path = task.isEmpty() ? "" : task + ".";
    parts.forEach(
        (part, word) -> {
          if (part.equals("uncertain")) {
            uncertain(path + part, String.valueOf(word));
          } else if (part.equals("blank")) {
            require(
                Choice.find(BlankRule.class, String.valueOf(word)).isPresent(),
                path + part,
                word,
                Stream.of(BlankRule.values()).map(BlankRule::text));
          } else {
            require(false, path + part, word, PARTS.stream());
          }
        });
  }

  private static void uncertain(String field, String word) {
    boolean file = word.startsWith(MAP) && word.length() > MAP.length();
    boolean rule = Choice.find(LabelRule.class, word).filter(r -> r != LabelRule.MAP).isPresent();
    require(
        file || rule,
        field,
        word,
        Stream.of(LabelRule.values()).map(r -> r == LabelRule.MAP ? MAP + "<file>" : r.text()));
  }

  private static void require(boolean holds, String field, Object found, Stream<String> choices) {
    if (!holds) {
      throw new UserErrorException(
          field,
          "found '" + found + "'",
          "expected one of " + choices.collect(Collectors.joining(", ")));
    }
  }

  /** As {@code datasets} reads it; null for the usual policy. */
  public static Object written(LabelPolicies policies) {
    return policies == null ? null : policies.written();
  }

  /** Tasks that are named here and are none of those that there are. */
  public static Set<String> strangers(LabelPolicies policies, List<String> tasks) {
    Set<String> strangers = new LinkedHashSet<>();
    if (policies != null && policies.written() instanceof Map<?, ?> map && !isOne(map)) {
      for (Object key : map.keySet()) {
        String name = key.toString();
        if (!name.equals(REST) && tasks.stream().noneMatch(task -> TaskNames.same(task, name))) {
          strangers.add(name);
        }
      }
    }
    return strangers;
  }
}

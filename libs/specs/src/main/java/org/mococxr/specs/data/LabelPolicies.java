package org.mococxr.specs.data;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

  /** What {@link Policy#text} writes. */
  private static final Pattern LINE = Pattern.compile("uncertain=(.+), blank=([a-z-]+)");

  /**
   * The policy of one task.
   *
   * @param uncertain what an uncertain label becomes
   * @param blank what a missing label becomes; by default masked under {@code ignore} and negative
   *     under all others, which is what the rule's word alone means
   * @param values the file of {@code map}; null for every other rule
   */
  public record Policy(LabelRule uncertain, BlankRule blank, Path values) {
    /** The field's: uncertain masked, blank by the label set. */
    public static final Policy USUAL = new Policy(LabelRule.IGNORE, BlankRule.BY_LABEL_SET, null);

    /** Fills in the blank rule that goes with the word alone. */
    public Policy {
      blank = blank != null ? blank : implied(uncertain);
    }

    private static BlankRule implied(LabelRule uncertain) {
      return uncertain == LabelRule.IGNORE ? BlankRule.IGNORE : BlankRule.NEGATIVE;
    }

    /** In a line, as {@link LabelPolicies} reads it. */
    public String text() {
      String word = uncertain == LabelRule.MAP ? MAP + values : uncertain.text();
      return blank == implied(uncertain) ? word : "uncertain=" + word + ", blank=" + blank.text();
    }
  }

  /** Checks every policy. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public LabelPolicies {
    if (written instanceof Map<?, ?> map && !isOne(map)) {
      map.forEach((task, policy) -> policy(task.toString(), policy));
    } else {
      policy("", written);
    }
  }

  private static boolean isOne(Map<?, ?> map) {
    return PARTS.containsAll(map.keySet());
  }

  private static Policy policy(String field, Object written) {
    if (!(written instanceof Map<?, ?> parts)) {
      String text = String.valueOf(written).strip();
      Matcher line = LINE.matcher(text);
      return line.matches()
          ? uncertain(field, line.group(1), blank(field, line.group(2)))
          : uncertain(field, text, null);
    }
    String path = field.isEmpty() ? "" : field + ".";
    for (Object part : parts.keySet()) {
      if (!PARTS.contains(part)) {
        throw wrong(path + part, parts.get(part), PARTS.stream());
      }
    }
    BlankRule blank =
        parts.containsKey("blank")
            ? blank(path + "blank", parts.get("blank"))
            : Policy.USUAL.blank();
    return parts.containsKey("uncertain")
        ? uncertain(path + "uncertain", String.valueOf(parts.get("uncertain")), blank)
        : new Policy(Policy.USUAL.uncertain(), blank, null);
  }

  private static Policy uncertain(String field, String word, BlankRule blank) {
    if (word.startsWith(MAP) && word.length() > MAP.length()) {
      return new Policy(LabelRule.MAP, blank, Path.of(word.substring(MAP.length())));
    }
    return Choice.find(LabelRule.class, word)
        .filter(rule -> rule != LabelRule.MAP)
        .map(rule -> new Policy(rule, blank, null))
        .orElseThrow(
            () ->
                wrong(
                    field,
                    word,
                    Stream.of(LabelRule.values())
                        .map(r -> r == LabelRule.MAP ? MAP + "<file>" : r.text())));
  }

  private static BlankRule blank(String field, Object word) {
    return Choice.find(BlankRule.class, String.valueOf(word))
        .orElseThrow(() -> wrong(field, word, Stream.of(BlankRule.values()).map(BlankRule::text)));
  }

  private static UserErrorException wrong(String field, Object found, Stream<String> choices) {
    return new UserErrorException(
        field,
        "found '" + found + "'",
        "expected one of " + choices.collect(Collectors.joining(", ")));
  }

  /**
   * A policy for every task, in order.
   *
   * @param policies null for the usual one
   * @throws UserErrorException as {@link #checkTasks}
   */
  public static Map<String, Policy> byTask(LabelPolicies policies, List<String> tasks) {
    checkTasks(policies, tasks);
    Map<String, Policy> byTask = new LinkedHashMap<>();
    for (String task : tasks) {
      byTask.put(task, policies == null ? Policy.USUAL : policies.of(task));
    }
    return byTask;
  }

  private Policy of(String task) {
    Object own = written;
    if (written instanceof Map<?, ?> map && !isOne(map)) {
      own = map.get(REST);
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        own = TaskNames.same(task, entry.getKey().toString()) ? entry.getValue() : own;
      }
    }
    return own == null ? Policy.USUAL : policy(task, own);
  }

  /**
   * Checks that the tasks named here are among those that there are.
   *
   * @throws UserErrorException naming those that are not
   */
  public static void checkTasks(LabelPolicies policies, List<String> tasks) {
    if (policies == null || !(policies.written() instanceof Map<?, ?> map) || isOne(map)) {
      return;
    }
    List<String> strangers =
        map.keySet().stream()
            .map(Object::toString)
            .filter(name -> !name.equals(REST))
            .filter(name -> tasks.stream().noneMatch(task -> TaskNames.same(task, name)))
            .toList();
    if (!strangers.isEmpty()) {
      throw new UserErrorException(
          "labelPolicy", "found " + strangers, "expected some of " + tasks);
    }
  }
}

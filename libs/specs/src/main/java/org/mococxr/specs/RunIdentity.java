package org.mococxr.specs;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.mococxr.foundation.Json;
import org.mococxr.specs.option.Options;

/**
 * What the result of a run depends on: equal identities mean equal work, wherever it is done and
 * wherever its inputs lie. Whatever belongs to another identity is never continued or reused.
 *
 * @param kind of the run
 * @param seed of its random streams
 * @param options those on which the result depends
 * @param inputs digest of the content of every input, by role
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RunIdentity(
    @JsonProperty(required = true) RunKind kind,
    long seed,
    Map<String, Object> options,
    Map<String, String> inputs) {
  /** The file in a run's folder that says whose folder it is; there before any result. */
  public static final String FILE = "identity.json";

  /** Brings options into the types that JSON gives them, so that they can be compared. */
  public RunIdentity {
    options = normal(options);
    inputs =
        inputs == null ? Map.of() : java.util.Collections.unmodifiableMap(new TreeMap<>(inputs));
  }

  /**
   * The identity of a specification's work: which of its options belong to it, they declare.
   *
   * @throws org.mococxr.foundation.UserErrorException naming an option that is unknown or wrong
   */
  public static RunIdentity of(RunSpec spec, Map<String, String> inputs) {
    return new RunIdentity(spec.kind(), spec.seed(), Options.identifying(spec.told()), inputs);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> normal(Map<String, Object> options) {
    return options == null
        ? Map.of()
        : java.util.Collections.unmodifiableMap(
            new TreeMap<>(Json.MAPPER.convertValue(options, Map.class)));
  }

  /**
   * What differs, for people: {@code options.epochs is 20 and was 10}; empty if it is the same
   * work.
   *
   * @param before the identity of what is there already
   */
  public List<String> differencesFrom(RunIdentity before) {
    List<String> differences = new ArrayList<>();
    compare("kind", before.kind, kind, differences);
    compare("seed", before.seed, seed, differences);
    for (String name : names(before.options, options)) {
      compare("options." + name, before.options.get(name), options.get(name), differences);
    }
    for (String role : names(before.inputs, inputs)) {
      String old = before.inputs.get(role);
      String now = inputs.get(role);
      if (!Objects.equals(old, now)) {
        differences.add(
            "inputs."
                + role
                + (old == null
                    ? " was not given then"
                    : now == null ? " is not given now" : " has other content"));
      }
    }
    return differences;
  }

  private static TreeSet<String> names(Map<String, ?> a, Map<String, ?> b) {
    TreeSet<String> names = new TreeSet<>(a.keySet());
    names.addAll(b.keySet());
    return names;
  }

  private static void compare(String name, Object old, Object now, List<String> differences) {
    if (!sameValue(old, now)) {
      differences.add(name + " is " + shown(now) + " and was " + shown(old));
    }
  }

  /** Numbers by their value: 1 and 1.0 are written alike by hand and by the planner. */
  private static boolean sameValue(Object a, Object b) {
    if (a instanceof Number x && b instanceof Number y) {
      return new java.math.BigDecimal(x.toString())
              .compareTo(new java.math.BigDecimal(y.toString()))
          == 0;
    }
    return Objects.equals(Json.MAPPER.valueToTree(a), Json.MAPPER.valueToTree(b));
  }

  private static String shown(Object value) {
    return value == null ? "not given" : Json.line(value);
  }

  /** SHA-256 of the canonical JSON, in hexadecimal. */
  public String digest() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("kind", kind.name());
    fields.put("seed", seed);
    fields.put("options", options);
    fields.put("inputs", inputs);
    return Json.digest(fields);
  }

  /** As the file holds it. */
  public String toJson() {
    return Specs.write(this);
  }

  /** Reads the file's text. */
  public static RunIdentity parse(String json, String location) {
    return Specs.read(json, location, RunIdentity.class);
  }
}

package org.mococxr.datasets;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.mococxr.artifacts.Digests;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;

/**
 * How a data set is divided: the whole input of {@code Splitting.run}. The same recipe gives the
 * same manifests on any machine.
 *
 * @param data what is split
 * @param tasks the findings that parts and draws must have both classes of; the first one also
 *     stratifies
 * @param protocol where the parts come from
 * @param unit what draws pick: patients (nobody straddles two parts or is half in a draw) or rows
 * @param fractions of the labelled training part, each in (0, 1]
 * @param draws per fraction; one number counts for every fraction below 1, which 1 is drawn once
 * @param nested draw k of a fraction contains draw k of every smaller one; otherwise independent
 * @param stratified parts and draws keep the first task's class balance
 * @param sampling {@code exact}: a draw's size is its fraction; {@code bernoulli}: each unit joins
 *     with the fraction as its probability, as the reference does
 * @param bothClasses fail where a part or draw lacks positives or negatives of a task
 * @param validShare of the labelled patients; {@code null} for the protocol's
 * @param testShare of the labelled patients; {@code null} for the protocol's
 * @param maxRejected how many bad rows are tolerated
 * @param seed of all draws
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SplitRecipe(
    DataSource data,
    List<String> tasks,
    Protocol protocol,
    Unit unit,
    List<Double> fractions,
    @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) List<Integer> draws,
    Boolean nested,
    Boolean stratified,
    Sampling sampling,
    Boolean bothClasses,
    Double validShare,
    Double testShare,
    Integer maxRejected,
    Long seed) {

  /** Where the parts come from: method §2. */
  public enum Protocol {
    /** The official validation part where there is one, otherwise shares. */
    AUTO,
    /** Test and validation are shares of the patients. */
    SHARES,
    /** The official validation part is the test; validation is a share of the training patients. */
    SINGLE_TARGET,
    /** CodaLab's test, the official validation part, all of the training part. */
    CODALAB,
    /** The parts of {@link #CODALAB}; the published intervals rest on its draws. */
    RANDOM_DRAWS,
    /** 15 % validation, 20 % test, under the rule for sizes and class ratios. */
    SHENZHEN,
    /** 70 % training, 30 % validation, and assignment.csv. */
    FOLDERS;

    /** As written in recipes. */
    @JsonValue
    public String text() {
      return SplitRecipe.text(this);
    }

    /** Reads the text of a protocol. */
    @JsonCreator
    public static Protocol of(String text) {
      return choice("protocol", text, values());
    }
  }

  /** What a draw picks. */
  public enum Unit {
    PATIENT,
    ROW;

    /** As written in recipes. */
    @JsonValue
    public String text() {
      return SplitRecipe.text(this);
    }

    /** Reads the text of a unit. */
    @JsonCreator
    public static Unit of(String text) {
      return choice("unit", text, values());
    }
  }

  /** How a draw picks. */
  public enum Sampling {
    EXACT,
    BERNOULLI;

    /** As written in recipes. */
    @JsonValue
    public String text() {
      return SplitRecipe.text(this);
    }

    /** Reads the text of a kind of sampling. */
    @JsonCreator
    public static Sampling of(String text) {
      return choice("sampling", text, values());
    }
  }

  /** Fills in the defaults and checks the ranges. */
  public SplitRecipe {
    check(data != null, "data", "is missing", "say where the data set is");
    check(tasks != null && !tasks.isEmpty(), "tasks", "are missing", "name at least one finding");
    tasks = List.copyOf(new LinkedHashSet<>(tasks));
    check(tasks.size() <= 31, "tasks", "are " + tasks.size(), "name at most 31");
    protocol = protocol == null ? Protocol.AUTO : protocol;
    unit = unit == null ? Unit.PATIENT : unit;
    fractions = fractions == null ? List.of(0.01, 0.1, 1.0) : List.copyOf(fractions);
    for (double fraction : fractions) {
      check(fraction > 0 && fraction <= 1, "fractions", "has " + fraction, "expected 0 < f ≤ 1");
    }
    check(
        new LinkedHashSet<>(fractions).size() == fractions.size(),
        "fractions",
        "names one twice in " + fractions,
        "name each once");
    draws = draws == null ? List.of(5) : List.copyOf(draws);
    check(
        draws.size() == 1 || draws.size() == fractions.size(),
        "draws",
        "has " + draws.size() + " numbers for " + fractions.size() + " fractions",
        "expected one for all or one each");
    for (int count : draws) {
      check(count >= 1 && count <= 1000, "draws", "has " + count, "expected 1 to 1000");
    }
    nested = nested != null && nested;
    stratified = stratified == null || stratified;
    sampling = sampling == null ? Sampling.EXACT : sampling;
    bothClasses = bothClasses == null || bothClasses;
    checkShare("validShare", validShare);
    checkShare("testShare", testShare);
    maxRejected = maxRejected == null ? 0 : maxRejected;
    check(maxRejected >= 0, "maxRejected", "is " + maxRejected, "expected 0 or more");
    seed = seed == null ? (protocol == Protocol.FOLDERS ? 2020L : 0L) : seed;
  }

  /** The defaults for a data set: parts by shares, 1 %, 10 % and 100 %. */
  public static SplitRecipe of(DataSource data, List<String> tasks) {
    return new SplitRecipe(
        data, tasks, null, null, null, null, null, null, null, null, null, null, null, null);
  }

  /**
   * A recipe as it travels: this record's fields by name. Fields of a nested {@code split} count as
   * if they stood beside it.
   */
  public static SplitRecipe of(Map<String, ?> fields) {
    Map<String, Object> flat = new LinkedHashMap<>(fields);
    if (flat.remove("split") instanceof Map<?, ?> split) {
      split.forEach((key, value) -> flat.put(String.valueOf(key), value));
    }
    try {
      return Json.MAPPER.treeToValue(Json.MAPPER.valueToTree(flat), SplitRecipe.class);
    } catch (JsonMappingException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof UserErrorException user) {
          throw user;
        }
      }
      String field =
          e.getPath().stream()
              .map(r -> r.getFieldName() == null ? "[" + r.getIndex() + "]" : r.getFieldName())
              .collect(Collectors.joining("."));
      throw new UserErrorException(
          "split recipe" + (field.isEmpty() ? "" : ", " + field),
          e.getOriginalMessage().lines().findFirst().orElse(""),
          "mend the recipe",
          e);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new UserErrorException("split recipe", "cannot be read", "expected a JSON object", e);
    }
  }

  /** How many draws a fraction of the list gets; all of the data is drawn once if not said. */
  public int drawsOf(int index) {
    if (draws.size() > 1) {
      return draws.get(index);
    }
    return fractions.get(index) == 1.0 ? 1 : draws.get(0);
  }

  /** SHA-256 of the canonical JSON: the name of the work. */
  public String digest() {
    return Digests.sha256(json().getBytes(StandardCharsets.UTF_8));
  }

  /** Canonical JSON: sorted keys, defaults included. */
  public String json() {
    try {
      return Json.CANONICAL.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * A labelled subset of the training part.
   *
   * @param fraction of the labelled images
   * @param draw its number, from 0
   */
  public record Draw(double fraction, int draw) {
    /** The manifest's name, without {@code .csv}. */
    public String name() {
      return drawName(fraction, draw);
    }
  }

  /** Every draw that the recipe asks for, fraction by fraction. */
  public List<Draw> wanted() {
    List<Draw> wanted = new ArrayList<>();
    for (int f = 0; f < fractions.size(); f++) {
      for (int draw = 0; draw < drawsOf(f); draw++) {
        wanted.add(new Draw(fractions.get(f), draw));
      }
    }
    return List.copyOf(wanted);
  }

  /** The name of a draw's manifest, without {@code .csv}. */
  public static String drawName(double fraction, int draw) {
    return "train_semi_" + plain(fraction) + "-it" + draw;
  }

  /** A fraction without exponent or trailing zeros: 1, 0.1, 0.0078125. */
  public static String plain(double fraction) {
    return new BigDecimal(Double.toString(fraction)).stripTrailingZeros().toPlainString();
  }

  /** This recipe with other fractions and draws. */
  public SplitRecipe withDraws(List<Double> newFractions, List<Integer> newDraws) {
    return new SplitRecipe(
        data,
        tasks,
        protocol,
        unit,
        newFractions,
        newDraws,
        nested,
        stratified,
        sampling,
        bothClasses,
        validShare,
        testShare,
        maxRejected,
        seed);
  }

  /** This recipe under another protocol. */
  public SplitRecipe withProtocol(Protocol other) {
    return new SplitRecipe(
        data,
        tasks,
        other,
        unit,
        fractions,
        draws,
        nested,
        stratified,
        sampling,
        bothClasses,
        validShare,
        testShare,
        maxRejected,
        seed);
  }

  /** This recipe with another unit, and nested draws or not. */
  public SplitRecipe withUnit(Unit other, boolean nestedDraws) {
    return new SplitRecipe(
        data,
        tasks,
        protocol,
        other,
        fractions,
        draws,
        nestedDraws,
        stratified,
        sampling,
        bothClasses,
        validShare,
        testShare,
        maxRejected,
        seed);
  }

  /** This recipe with another seed. */
  public SplitRecipe withSeed(long other) {
    return new SplitRecipe(
        data,
        tasks,
        protocol,
        unit,
        fractions,
        draws,
        nested,
        stratified,
        sampling,
        bothClasses,
        validShare,
        testShare,
        maxRejected,
        other);
  }

  private static void checkShare(String field, Double share) {
    check(share == null || share >= 0 && share < 1, field, "is " + share, "expected 0 ≤ share < 1");
  }

  private static void check(boolean holds, String field, String problem, String remedy) {
    if (!holds) {
      throw new UserErrorException("split recipe, " + field, problem, remedy);
    }
  }

  private static String text(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static <E extends Enum<E>> E choice(String field, String text, E[] values) {
    for (E value : values) {
      if (text(value).equals(text.strip().toLowerCase(Locale.ROOT))) {
        return value;
      }
    }
    throw new UserErrorException(
        "split recipe, " + field,
        "there is no '" + text + "'",
        "expected one of " + Arrays.stream(values).map(SplitRecipe::text).toList());
  }
}

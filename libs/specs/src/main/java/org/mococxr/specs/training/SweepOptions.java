package org.mococxr.specs.training;

import static org.mococxr.specs.option.Role.IDENTIFIES;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.mococxr.foundation.RandomStream;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.option.Declared;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.option.Options;
import org.mococxr.specs.option.Role;

/**
 * Values to try of the options of pretraining and of fine-tuning. Each section gives points: every
 * combination of its values, or a seeded sample. A range is drawn log-uniformly.
 */
public record SweepOptions(
    @Option(
            value = "draw so many points of each section instead of trying every combination",
            role = IDENTIFIES,
            otherwise = "every combination",
            min = 1)
        Integer samples,
    @Option(
            value =
                "values of pretraining's options: a list, or {from, to} for a range that samples"
                    + " are drawn from",
            role = IDENTIFIES,
            byDefault = "{}")
        Map<String, Object> pretraining,
    @Option(value = "values of linear's options", role = IDENTIFIES, byDefault = "{}")
        Map<String, Object> linear,
    @Option(value = "values of endToEnd's options", role = IDENTIFIES, byDefault = "{}")
        Map<String, Object> endToEnd)
    implements OptionRecord {
  private static final int MOST = 1000;

  /** What points are compared by, and what is computed once for all of them. */
  private static final Set<String> FIXED = Set.of("image", "resume", "selectBy", "selectOn");

  @Override
  public void check() {
    if (pretraining.isEmpty() && linear.isEmpty() && endToEnd.isEmpty()) {
      throw new UserErrorException(
          "", "nothing to try", "expected values of pretraining, linear or endToEnd");
    }
    check("pretraining", pretraining, samples);
    check("linear", linear, samples);
    check("endToEnd", endToEnd, samples);
  }

  private static void check(String section, Map<String, Object> values, Integer samples) {
    long points = 1;
    for (Map.Entry<String, Object> each : values.entrySet()) {
      String field = section + "." + each.getKey();
      if (each.getValue() instanceof Map<?, ?> range) {
        checkRange(field, range, samples);
      } else if (each.getValue() instanceof List<?> list && !list.isEmpty()) {
        if (list.stream().distinct().count() < list.size()) {
          throw new UserErrorException(field, "found " + list, "name each value once");
        }
        points *= list.size();
      } else {
        throw new UserErrorException(
            field, "found " + each.getValue(), "expected a list of values, or {from, to}");
      }
      if (points > MOST) {
        throw new UserErrorException(
            section, "more than " + MOST + " combinations", "expected fewer values");
      }
    }
  }

  private static void checkRange(String field, Map<?, ?> range, Integer samples) {
    boolean ends =
        range.size() == 2
            && range.get("from") instanceof Number from
            && range.get("to") instanceof Number to
            && 0 < from.doubleValue()
            && from.doubleValue() < to.doubleValue();
    if (!ends) {
      throw new UserErrorException(
          field, "found " + range, "expected {from, to} with 0 < from < to");
    }
    if (samples == null) {
      throw new UserErrorException(
          field,
          "a range cannot be tried in every combination",
          "set sweep.samples, or list values");
    }
  }

  /** The points of pretraining; one that sets nothing if it is not swept. */
  public List<Map<String, Object>> pretrainingPoints(long seed) {
    return points("pretraining", pretraining, seed);
  }

  /** The points of fine-tuning in a mode; one that sets nothing if it is not swept. */
  public List<Map<String, Object>> points(Mode mode, long seed) {
    return mode == Mode.LINEAR
        ? points("linear", linear, seed)
        : points("endToEnd", endToEnd, seed);
  }

  private List<Map<String, Object>> points(String section, Map<String, Object> values, long seed) {
    if (values.isEmpty()) {
      return List.of(Map.of());
    }
    RandomStream random = RandomStream.of(seed, "sweep " + section);
    if (values.values().stream().anyMatch(each -> each instanceof Map)) {
      List<Map<String, Object>> drawn = new ArrayList<>();
      for (int i = 0; i < samples; i++) {
        Map<String, Object> point = new LinkedHashMap<>();
        values.forEach((name, each) -> point.put(name, drawn(each, random)));
        drawn.add(point);
      }
      return drawn.stream().distinct().toList();
    }
    List<Map<String, Object>> grid = grid(values);
    if (samples == null || samples >= grid.size()) {
      return grid;
    }
    return Arrays.stream(random.permutation(grid.size()))
        .limit(samples)
        .sorted()
        .mapToObj(grid::get)
        .toList();
  }

  private static List<Map<String, Object>> grid(Map<String, Object> values) {
    List<Map<String, Object>> grid = List.of(Map.of());
    for (Map.Entry<String, Object> each : values.entrySet()) {
      List<Map<String, Object>> longer = new ArrayList<>();
      for (Map<String, Object> point : grid) {
        for (Object value : (List<?>) each.getValue()) {
          Map<String, Object> more = new LinkedHashMap<>(point);
          more.put(each.getKey(), value);
          longer.add(more);
        }
      }
      grid = longer;
    }
    return grid;
  }

  /** One of a list, or log-uniform in a range: three digits are as fine as a rate matters. */
  private static Object drawn(Object values, RandomStream random) {
    if (values instanceof List<?> list) {
      return list.get(random.nextInt(list.size()));
    }
    Map<?, ?> range = (Map<?, ?>) values;
    double from = ((Number) range.get("from")).doubleValue();
    double to = ((Number) range.get("to")).doubleValue();
    double value = from * Math.pow(to / from, random.nextDouble());
    return new java.math.BigDecimal(value).round(new java.math.MathContext(3)).doubleValue();
  }

  /**
   * Checks that every value is one that its option may have, and that each section is used.
   *
   * @param pretrains whether an initialisation is pretrained in the experiment
   * @param seed of the experiment
   * @throws UserErrorException naming the section, the option and the value
   */
  public void checkFor(
      List<Mode> modes,
      boolean pretrains,
      long seed,
      PretrainingOptions basePretraining,
      FineTuningOptions baseLinear,
      FineTuningOptions baseEndToEnd) {
    used("pretraining", pretraining, pretrains, "no initialisation is pretrained here");
    used("linear", linear, modes.contains(Mode.LINEAR), "modes has no linear");
    used("endToEnd", endToEnd, modes.contains(Mode.END_TO_END), "modes has no end-to-end");
    if (pretraining.containsKey("optimizer") && !pretraining.containsKey("learningRate")) {
      throw new UserErrorException(
          "pretraining.optimizer",
          "swept without learningRate, but each optimizer has a usual rate of its own",
          "add values of learningRate");
    }
    values("pretraining", pretraining, seed, basePretraining, point -> {});
    values("linear", linear, seed, baseLinear, point -> point.checkFor(Mode.LINEAR));
    values("endToEnd", endToEnd, seed, baseEndToEnd, point -> point.checkFor(Mode.END_TO_END));
  }

  private static void used(
      String section, Map<String, Object> values, boolean used, String reason) {
    if (!values.isEmpty() && !used) {
      throw new UserErrorException(
          section, "given, but " + reason, "leave it out, or add what it is for");
    }
  }

  /** Every combination, and every point that is drawn, is read as the runs will read it. */
  private <T extends OptionRecord> void values(
      String section, Map<String, Object> values, long seed, T base, Consumer<T> check) {
    for (String name : values.keySet()) {
      requireOption(section, name, base.getClass());
    }
    Map<String, Object> told = Options.toMap(base);
    List<Map<String, Object>> points = new ArrayList<>(grid(ends(values)));
    points.addAll(points(section, values, seed));
    for (Map<String, Object> point : points) {
      Options.within(
          section,
          () -> {
            Map<String, Object> all = new LinkedHashMap<>(told);
            all.putAll(point);
            @SuppressWarnings("unchecked")
            Class<T> type = (Class<T>) base.getClass();
            check.accept(Options.read(all, type));
          });
    }
  }

  /** Ranges by their ends. */
  private static Map<String, Object> ends(Map<String, Object> values) {
    Map<String, Object> lists = new LinkedHashMap<>();
    values.forEach(
        (name, each) ->
            lists.put(
                name,
                each instanceof Map<?, ?> range
                    ? List.of(range.get("from"), range.get("to"))
                    : each));
    return lists;
  }

  private static void requireOption(String section, String name, Class<?> type) {
    Declared option =
        Declared.of(type).stream()
            .filter(each -> each.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new UserErrorException(
                        section + "." + name,
                        "no option of " + section,
                        "expected one of "
                            + String.join(
                                ", ", Declared.of(type).stream().map(Declared::name).toList())));
    if (option.option().role() != Role.IDENTIFIES || FIXED.contains(name)) {
      throw new UserErrorException(
          section + "." + name,
          "cannot be swept",
          "expected an option on which the training depends, such as learningRate");
    }
  }
}

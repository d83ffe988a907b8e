package org.mococxr.specs.data;

import static org.mococxr.specs.option.Role.IDENTIFIES;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.option.Inline;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.option.Options;

/**
 * What is divided and how: the whole input of a split. The same recipe gives the same manifests on
 * any machine.
 */
public record SplitRecipe(
    @Option(value = "the data set that is divided", role = IDENTIFIES, required = true)
        DataSource data,
    @Option(
            value =
                "the findings that parts and draws must have both classes of; the first one also"
                    + " stratifies",
            role = IDENTIFIES,
            required = true)
        List<String> tasks,
    @Inline SplitOptions split)
    implements OptionRecord {
  private static final long FOLDERS_SEED = 2020;
  private static final String LOCATION = "split recipe";

  /** Fills in the seed; a finding counts once. */
  public SplitRecipe {
    tasks = List.copyOf(new LinkedHashSet<>(tasks));
    if (split.seed() == null) {
      boolean folders = split.protocol() == SplitOptions.Protocol.FOLDERS;
      split = Options.with(split, "seed", folders ? FOLDERS_SEED : 0L);
    }
  }

  @Override
  public void check() {
    if (tasks.isEmpty() || tasks.size() > 31) {
      throw new UserErrorException("tasks", "found " + tasks.size(), "name 1 to 31 findings");
    }
  }

  /** The defaults for a data set: parts by shares, 1 %, 10 % and 100 %. */
  public static SplitRecipe of(DataSource data, List<String> tasks) {
    return of(Map.of("data", data, "tasks", tasks));
  }

  /**
   * A recipe as it travels: its fields by name. Fields of a nested {@code split} count as if they
   * stood beside it.
   *
   * @throws UserErrorException naming the field that is unknown, missing or wrong
   */
  public static SplitRecipe of(Map<String, ?> fields) {
    return Options.read(flat(fields), SplitRecipe.class, LOCATION);
  }

  /**
   * As above, of a recipe that was accepted with its experiment.
   *
   * @throws UserErrorException naming the field that is unknown or missing, or has another type
   */
  public static SplitRecipe accepted(Map<String, ?> fields) {
    return Options.accepted(flat(fields), SplitRecipe.class, LOCATION);
  }

  private static Map<String, Object> flat(Map<String, ?> fields) {
    Map<String, Object> flat = new LinkedHashMap<>(fields);
    if (flat.remove("split") instanceof Map<?, ?> split) {
      split.forEach((key, value) -> flat.put(String.valueOf(key), value));
    }
    return flat;
  }

  /** Every draw that the recipe asks for, fraction by fraction. */
  public List<Draw> wanted() {
    List<Draw> wanted = new ArrayList<>();
    for (int f = 0; f < split.fractions().size(); f++) {
      for (int draw = 0; draw < split.drawsOf(f); draw++) {
        wanted.add(Draw.of(split.fractions().get(f), draw));
      }
    }
    return List.copyOf(wanted);
  }

  /** SHA-256 of the canonical JSON: the name of the work. */
  public String digest() {
    return Json.digest(Options.toMap(this));
  }

  /** Canonical JSON: sorted keys, defaults included. */
  public String json() {
    return Json.canonical(Options.toMap(this));
  }

  public SplitRecipe with(String option, Object value) {
    return Options.with(this, "split", Options.with(split, option, value));
  }

  /** This recipe for the same findings under other names. */
  public SplitRecipe withTasks(List<String> names) {
    return new SplitRecipe(data, names, split);
  }

  public SplitRecipe withDraws(List<Double> fractions, List<Integer> draws) {
    Map<String, Object> options = new LinkedHashMap<>(Options.toMap(this));
    options.put("fractions", fractions);
    options.put("draws", draws);
    return of(options);
  }

  /** This recipe with another unit, and nested draws or not. */
  public SplitRecipe withUnit(SplitOptions.Unit unit, boolean nested) {
    return with("unit", unit).with("nested", nested);
  }
}

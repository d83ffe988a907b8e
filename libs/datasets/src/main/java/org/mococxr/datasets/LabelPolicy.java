package org.mococxr.datasets;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.mococxr.datasets.csv.CsvTable;
import org.mococxr.foundation.UserErrorException;

/**
 * What uncertain and missing labels become in training, for one task: method §2. Targets are 1 and
 * 0, or a share between them; {@link #UNCERTAIN} and {@link #MISSING} are masked out of the loss.
 *
 * @param kind the rule
 * @param blank what a missing label becomes
 * @param values for {@code map}: a CSV with a column of the task's name and {@code Study} or {@code
 *     Path}; otherwise {@code null}
 */
public record LabelPolicy(Kind kind, Blank blank, Path values) {
  /** Target of an uncertain label that the loss leaves out. */
  public static final float UNCERTAIN = -1f;

  /** Target of a missing label that the loss leaves out. */
  public static final float MISSING = -2f;

  /** The rule for uncertain labels. */
  public enum Kind {
    /** Left out of the loss, and so are missing ones. */
    IGNORE,
    /** Count as negative. */
    ZEROS,
    /** Count as positive. */
    ONES,
    /** Become the task's share of positives among its 0/1 labels. */
    PREVALENCE,
    /** Take the value of another file, joined on the study. */
    MAP,
    /** Are a class of their own: the target stays −1, and the loss shifts targets by 1. */
    THREE_CLASS;

    /** As written in specifications. */
    @JsonValue
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Reads the text of a kind. */
    @JsonCreator
    public static Kind of(String text) {
      for (Kind kind : values()) {
        if (kind.text().equals(text.strip().toLowerCase(Locale.ROOT))) {
          return kind;
        }
      }
      throw new UserErrorException(
          "label policy",
          "there is no '" + text + "'",
          "expected one of " + Arrays.stream(values()).map(Kind::text).toList());
    }
  }

  /** What a missing label becomes. */
  public enum Blank {
    /** Masked. */
    IGNORE,
    /** Negative, as the reference counts it. */
    ZERO
  }

  /** A blank is masked under {@code ignore} and negative under all others. */
  public LabelPolicy {
    blank = blank != null ? blank : kind == Kind.IGNORE ? Blank.IGNORE : Blank.ZERO;
    if ((kind == Kind.MAP) != (values != null)) {
      throw new UserErrorException(
          "label policy " + kind.text(),
          kind == Kind.MAP ? "has no file of values" : "takes no file of values",
          "give a file with the policy map only");
    }
  }

  /** The policy of a name, {@code ignore | zeros | ones | prevalence | three-class}. */
  public static LabelPolicy named(String name) {
    return new LabelPolicy(Kind.of(name), null, null);
  }

  /** The policy that looks uncertain labels up in a file. */
  public static LabelPolicy map(Path values) {
    return new LabelPolicy(Kind.MAP, null, values);
  }

  /** This policy with another rule for missing labels. */
  public LabelPolicy withBlank(Blank other) {
    return new LabelPolicy(kind, other, values);
  }

  /**
   * Policies per task as configuration gives them: a name for all tasks, or a map from task to name
   * with {@code default} for the rest. {@code map:<file>} names the file of values.
   *
   * @param configured a string, a map, or {@code null} for {@code ignore}
   * @return a policy for every task, in order
   */
  public static Map<String, LabelPolicy> parse(Object configured, List<String> tasks) {
    Map<String, LabelPolicy> policies = new LinkedHashMap<>();
    if (configured instanceof Map<?, ?> map) {
      for (Object key : map.keySet()) {
        if (!"default".equals(key) && !tasks.contains(String.valueOf(key))) {
          throw new UserErrorException(
              "label policy", "names the unknown task '" + key + "'", "expected some of " + tasks);
        }
      }
      Object rest = Optional.<Object>ofNullable(map.get("default")).orElse("ignore");
      for (String task : tasks) {
        Object own = map.get(task);
        policies.put(task, parseOne(String.valueOf(own == null ? rest : own)));
      }
    } else {
      LabelPolicy all = parseOne(configured == null ? "ignore" : String.valueOf(configured));
      tasks.forEach(task -> policies.put(task, all));
    }
    return policies;
  }

  private static LabelPolicy parseOne(String text) {
    return text.startsWith("map:") ? map(Path.of(text.substring("map:".length()))) : named(text);
  }

  /** The targets of all images, {@code [images][tasks]}, under one policy. */
  public float[][] targets(Dataset dataset, List<String> tasks) {
    Map<String, LabelPolicy> policies = new LinkedHashMap<>();
    tasks.forEach(task -> policies.put(task, this));
    return targets(dataset, policies);
  }

  /**
   * The targets of all images, {@code [images][tasks]}.
   *
   * @param policies task to policy; their order is the targets'
   */
  public static float[][] targets(Dataset dataset, Map<String, LabelPolicy> policies) {
    float[][] targets = new float[dataset.size()][policies.size()];
    int column = 0;
    for (Map.Entry<String, LabelPolicy> entry : policies.entrySet()) {
      entry.getValue().fill(dataset, dataset.task(entry.getKey()), targets, column++);
    }
    return targets;
  }

  private void fill(Dataset dataset, String task, float[][] targets, int column) {
    float prevalence = kind == Kind.PREVALENCE ? prevalence(dataset, task) : 0;
    Map<String, Float> looked = kind == Kind.MAP ? lookUp(task) : Map.of();
    for (int i = 0; i < targets.length; i++) {
      ImageRecord image = dataset.images().get(i);
      targets[i][column] =
          switch (image.label(task)) {
            case POSITIVE -> 1f;
            case NEGATIVE -> 0f;
            case MISSING -> blank == Blank.ZERO ? 0f : MISSING;
            case UNCERTAIN ->
                switch (kind) {
                  case IGNORE, THREE_CLASS -> UNCERTAIN;
                  case ZEROS -> 0f;
                  case ONES -> 1f;
                  case PREVALENCE -> prevalence;
                  case MAP -> value(looked, image, task);
                };
          };
    }
  }

  private static float prevalence(Dataset dataset, String task) {
    Map<Label, Long> balance = dataset.balance(task);
    long known = balance.get(Label.POSITIVE) + balance.get(Label.NEGATIVE);
    if (known == 0) {
      throw new UserErrorException(
          dataset.name(),
          "has no 0 or 1 label of " + task + " to take a prevalence from",
          "choose another label policy");
    }
    return (float) (balance.get(Label.POSITIVE) / (double) known);
  }

  private float value(Map<String, Float> looked, ImageRecord image, String task) {
    Float value = looked.get(image.studyKey());
    if (value == null) {
      throw UserErrorException.at(
          values,
          "has no row for the study " + image.studyKey() + ", whose " + task + " is uncertain",
          "add the study, or choose another label policy");
    }
    return value;
  }

  /** Study to value; the study is a {@code Study} path, or the folder of a {@code Path}. */
  private Map<String, Float> lookUp(String task) {
    CsvTable.Header header = CsvTable.header(values);
    int column = header.require(task);
    int study = header.find("Study").orElseGet(() -> header.require(CheXpert.PATH));
    boolean isPath = header.columns().get(study).equalsIgnoreCase(CheXpert.PATH);
    Map<String, Float> found = new LinkedHashMap<>();
    CsvTable.read(
        values,
        row -> {
          String path = row.get(study);
          CheXpert.Place place =
              CheXpert.place(isPath ? path : path + "/view")
                  .orElseThrow(
                      () ->
                          UserErrorException.at(
                              values,
                              row.line(),
                              "no study in '" + path + "'",
                              "expected …/patient…/study…"));
          try {
            float value = Float.parseFloat(row.get(column));
            if (!(value >= 0 && value <= 1)) {
              throw new NumberFormatException();
            }
            found.put(place.patient() + '/' + place.study(), value);
          } catch (NumberFormatException e) {
            throw UserErrorException.at(
                values, row.line(), "'" + row.get(column) + "' is no share", "expected 0 to 1");
          }
        },
        (line, reason) -> {
          throw UserErrorException.at(values, line, reason, "mend the file");
        });
    return found;
  }
}

package org.mococxr.datasets;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mococxr.datasets.csv.CsvTable;
import org.mococxr.foundation.TaskNames;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.BlankRule;
import org.mococxr.specs.data.LabelRule;

/**
 * What uncertain and missing labels become in training, for one task: method §2. Targets are 1 and
 * 0, or a share between them; {@link #UNCERTAIN} and {@link #MISSING} are masked out of the loss.
 *
 * @param kind the rule
 * @param blank what a missing label becomes
 * @param values for {@code map}: a CSV with a column of the task's name and {@code Study} or {@code
 *     Path}; otherwise {@code null}
 */
public record LabelPolicy(LabelRule kind, BlankRule blank, Path values) {
  /** Target of an uncertain label that the loss leaves out. */
  public static final float UNCERTAIN = -1f;

  /** Target of a missing label that the loss leaves out. */
  public static final float MISSING = -2f;

  /** What {@link #text} writes. */
  private static final Pattern WRITTEN = Pattern.compile("uncertain=(.+), blank=([a-z-]+)");

  /** How many of CheXpert's observations have labels where a label set is CheXpert's. */
  private static final int ENOUGH_OBSERVATIONS = 7;

  private static final String MAP_PREFIX = "map:";

  /** A blank of a short name is masked under {@code ignore} and negative under all others. */
  public LabelPolicy {
    blank =
        blank != null ? blank : kind == LabelRule.IGNORE ? BlankRule.IGNORE : BlankRule.NEGATIVE;
    if ((kind == LabelRule.MAP) != (values != null)) {
      throw new UserErrorException(
          "label policy " + kind.text(),
          kind == LabelRule.MAP ? "has no file of values" : "takes no file of values",
          "give a file with the policy map only: map:FILE");
    }
  }

  /** The policy of a name, {@code ignore | zeros | ones | prevalence | three-class}. */
  public static LabelPolicy named(String name) {
    return new LabelPolicy(LabelRule.of(name), null, null);
  }

  /** The policy that looks uncertain labels up in a file. */
  public static LabelPolicy map(Path values) {
    return new LabelPolicy(LabelRule.MAP, null, values);
  }

  /** The field's: uncertain masked, blank by the label set. Evaluation uses it by default. */
  public static LabelPolicy usual() {
    return new LabelPolicy(LabelRule.IGNORE, BlankRule.BY_LABEL_SET, null);
  }

  /** This policy with another rule for missing labels. */
  public LabelPolicy withBlank(BlankRule other) {
    return new LabelPolicy(kind, other, values);
  }

  /** This policy with what the blanks of a data set mean. */
  public LabelPolicy in(Dataset... parts) {
    return blank == BlankRule.BY_LABEL_SET
        ? withBlank(isCheXperts(parts) ? BlankRule.NEGATIVE : BlankRule.IGNORE)
        : this;
  }

  /**
   * Policies with what the blanks of a data set mean, by all its parts: a small part may happen to
   * have few labels.
   */
  public static Map<String, LabelPolicy> in(Map<String, LabelPolicy> policies, Dataset... parts) {
    Map<String, LabelPolicy> known = new LinkedHashMap<>();
    policies.forEach((task, policy) -> known.put(task, policy.in(parts)));
    return known;
  }

  /**
   * Whether a data set has CheXpert's labels, in which a blank means that the report does not
   * mention the finding: at least half of the observations have labels.
   */
  public static boolean isCheXperts(Dataset... parts) {
    return CheXpert.OBSERVATIONS.stream()
            .filter(o -> Arrays.stream(parts).anyMatch(part -> isLabelled(part, o)))
            .count()
        >= ENOUGH_OBSERVATIONS;
  }

  private static boolean isLabelled(Dataset part, String observation) {
    return part.tasks().stream()
        .filter(task -> TaskNames.same(task, observation))
        .anyMatch(t -> part.images().stream().anyMatch(i -> i.label(t) != Label.MISSING));
  }

  /** In a line, as {@link #parse} reads it. */
  public String text() {
    String uncertain = kind == LabelRule.MAP ? MAP_PREFIX + values : kind.text();
    boolean implied = blank == new LabelPolicy(kind, null, values).blank();
    return implied ? uncertain : "uncertain=" + uncertain + ", blank=" + blank.text();
  }

  /**
   * Policies per task as configuration gives them. For one task: a name, which says what uncertain
   * labels become and implies what blanks do ({@code ignore}: masked, others: negative), or {@code
   * {uncertain: <name>, blank: negative|ignore}}. For all tasks: one of these, or a map from task
   * to one of these with {@code default} for the rest. {@code map:<file>} names the file of values.
   *
   * @param configured a string, a map, or {@code null} for {@link #usual}
   * @return a policy for every task, in order
   */
  public static Map<String, LabelPolicy> parse(Object configured, List<String> tasks) {
    Map<String, LabelPolicy> policies = new LinkedHashMap<>();
    if (!(configured instanceof Map<?, ?> map) || isOne(map, tasks)) {
      LabelPolicy all = parseOne(configured);
      tasks.forEach(task -> policies.put(task, all));
      return policies;
    }
    for (Object key : map.keySet()) {
      boolean known = tasks.stream().anyMatch(task -> TaskNames.same(task, String.valueOf(key)));
      if (!"default".equals(key) && !known) {
        throw new UserErrorException(
            "label policy",
            "names the unknown task '" + key + "'",
            "expected some of " + tasks + ", default, or uncertain and blank");
      }
    }
    for (String task : tasks) {
      Object own = map.get("default");
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        own = TaskNames.same(task, String.valueOf(entry.getKey())) ? entry.getValue() : own;
      }
      policies.put(task, parseOne(own));
    }
    return policies;
  }

  private static boolean isOne(Map<?, ?> map, List<String> tasks) {
    return List.of("uncertain", "blank").containsAll(map.keySet())
        && tasks.stream().noneMatch(map::containsKey);
  }

  private static LabelPolicy parseOne(Object configured) {
    if (configured == null) {
      return usual();
    }
    if (configured instanceof Map<?, ?> map) {
      for (Object key : map.keySet()) {
        if (!List.of("uncertain", "blank").contains(key)) {
          throw new UserErrorException(
              "label policy", "has the unknown field '" + key + "'", "expected uncertain, blank");
        }
      }
      return both(text(map.get("uncertain")), text(map.get("blank")));
    }
    String text = String.valueOf(configured).strip();
    Matcher written = WRITTEN.matcher(text);
    return written.matches() ? both(written.group(1), written.group(2)) : uncertain(text, null);
  }

  private static String text(Object value) {
    return value == null ? null : value.toString();
  }

  /** A choice that is left out is the field's. */
  private static LabelPolicy both(String uncertain, String blank) {
    LabelPolicy usual = usual();
    BlankRule chosen = blank == null ? usual.blank() : BlankRule.of(blank);
    return uncertain == null ? usual.withBlank(chosen) : uncertain(uncertain, chosen);
  }

  private static LabelPolicy uncertain(String text, BlankRule blank) {
    return text.startsWith(MAP_PREFIX)
        ? new LabelPolicy(LabelRule.MAP, blank, Path.of(text.substring(MAP_PREFIX.length())))
        : new LabelPolicy(LabelRule.of(text), blank, null);
  }

  /**
   * What the policies do to a data set's labels, a line for each task that has uncertain or missing
   * ones: {@code Edema: 12 uncertain labels are masked, 40 blanks count as negative}.
   */
  public static List<String> effects(Dataset dataset, Map<String, LabelPolicy> policies) {
    List<String> lines = new ArrayList<>();
    policies.forEach(
        (task, policy) -> {
          Map<Label, Long> balance = dataset.balance(dataset.task(task));
          List<String> said = new ArrayList<>();
          if (balance.get(Label.UNCERTAIN) > 0) {
            said.add(
                "%,d uncertain labels %s".formatted(balance.get(Label.UNCERTAIN), policy.does()));
          }
          if (balance.get(Label.MISSING) > 0) {
            boolean negative = policy.in(dataset).blank() == BlankRule.NEGATIVE;
            said.add(
                "%,d blanks %s"
                    .formatted(
                        balance.get(Label.MISSING), negative ? "count as negative" : "are masked"));
          }
          if (!said.isEmpty()) {
            lines.add(task + ": " + String.join(", ", said));
          }
        });
    return lines;
  }

  private String does() {
    return switch (kind) {
      case IGNORE -> "are masked";
      case ZEROS -> "count as negative";
      case ONES -> "count as positive";
      case PREVALENCE -> "become the share of positives";
      case MAP -> "take the values of " + values;
      case THREE_CLASS -> "are a class of their own";
    };
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
      LabelPolicy policy = entry.getValue().in(dataset);
      policy.fill(dataset, dataset.task(entry.getKey()), targets, column++);
    }
    return targets;
  }

  private void fill(Dataset dataset, String task, float[][] targets, int column) {
    float prevalence = kind == LabelRule.PREVALENCE ? prevalence(dataset, task) : 0;
    Map<String, Float> looked = kind == LabelRule.MAP ? lookUp(task) : Map.of();
    for (int i = 0; i < targets.length; i++) {
      ImageRecord image = dataset.images().get(i);
      targets[i][column] =
          switch (image.label(task)) {
            case POSITIVE -> 1f;
            case NEGATIVE -> 0f;
            case MISSING -> blank == BlankRule.NEGATIVE ? 0f : MISSING;
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

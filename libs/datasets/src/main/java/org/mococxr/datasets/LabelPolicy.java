package org.mococxr.datasets;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.datasets.csv.CsvTable;
import org.mococxr.foundation.TaskNames;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.BlankRule;
import org.mococxr.specs.data.LabelPolicies;
import org.mococxr.specs.data.LabelRule;

/**
 * What uncertain and missing labels become in training, for one task: method §2. Targets are 1 and
 * 0, or a share between them; {@link #UNCERTAIN} and {@link #MISSING} are masked out of the loss.
 *
 * @param rules as they are written; the file of {@code map} is a CSV with a column of the task's
 *     name and {@code Study} or {@code Path}
 */
public record LabelPolicy(LabelPolicies.Policy rules) {
  /** Target of an uncertain label that the loss leaves out. */
  public static final float UNCERTAIN = -1f;

  /** Target of a missing label that the loss leaves out. */
  public static final float MISSING = -2f;

  /** How many of CheXpert's observations have labels where a label set is CheXpert's. */
  private static final int ENOUGH_OBSERVATIONS = 7;

  /** The policy of a rule other than {@code map}, with the blanks that go with it. */
  public static LabelPolicy of(LabelRule rule) {
    return new LabelPolicy(new LabelPolicies.Policy(rule, null, null));
  }

  /** What an uncertain label becomes. */
  public LabelRule kind() {
    return rules.uncertain();
  }

  /** What a missing label becomes. */
  public BlankRule blank() {
    return rules.blank();
  }

  /** In a line, as {@link LabelPolicies} reads it. */
  public String text() {
    return rules.text();
  }

  /** This policy with another rule for missing labels. */
  public LabelPolicy withBlank(BlankRule other) {
    return new LabelPolicy(new LabelPolicies.Policy(rules.uncertain(), other, rules.values()));
  }

  /** This policy with what the blanks of a data set mean. */
  public LabelPolicy in(Dataset... parts) {
    return blank() == BlankRule.BY_LABEL_SET
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

  /**
   * A policy for every task, in order.
   *
   * @param configured null for the field's: uncertain masked, blank by the label set, which
   *     evaluation uses by default
   */
  public static Map<String, LabelPolicy> of(LabelPolicies configured, List<String> tasks) {
    Map<String, LabelPolicy> policies = new LinkedHashMap<>();
    LabelPolicies.byTask(configured, tasks)
        .forEach((task, policy) -> policies.put(task, new LabelPolicy(policy)));
    return policies;
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
    return switch (rules.uncertain()) {
      case IGNORE -> "are masked";
      case ZEROS -> "count as negative";
      case ONES -> "count as positive";
      case PREVALENCE -> "become the share of positives";
      case MAP -> "take the values of " + rules.values();
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
    float prevalence = rules.uncertain() == LabelRule.PREVALENCE ? prevalence(dataset, task) : 0;
    Map<String, Float> looked = rules.uncertain() == LabelRule.MAP ? lookUp(task) : Map.of();
    for (int i = 0; i < targets.length; i++) {
      ImageRecord image = dataset.images().get(i);
      targets[i][column] =
          switch (image.label(task)) {
            case POSITIVE -> 1f;
            case NEGATIVE -> 0f;
            case MISSING -> blank() == BlankRule.NEGATIVE ? 0f : MISSING;
            case UNCERTAIN ->
                switch (rules.uncertain()) {
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
          rules.values(),
          "has no row for the study " + image.studyKey() + ", whose " + task + " is uncertain",
          "add the study, or choose another label policy");
    }
    return value;
  }

  /** Study to value; the study is a {@code Study} path, or the folder of a {@code Path}. */
  private Map<String, Float> lookUp(String task) {
    CsvTable table = CsvTable.of(rules.values());
    CsvTable.Header header = table.header();
    int column = header.require(task);
    int study = header.find("Study").orElseGet(() -> header.require(CheXpert.PATH));
    boolean isPath = header.columns().get(study).equalsIgnoreCase(CheXpert.PATH);
    Map<String, Float> found = new LinkedHashMap<>();
    table.readAll(
        row -> {
          String path = row.get(study);
          CheXpert.Place place =
              CheXpert.place(isPath ? path : path + "/view")
                  .orElseThrow(
                      () ->
                          UserErrorException.at(
                              rules.values(),
                              row.line(),
                              "no study in '" + path + "'",
                              "expected …/patient…/study…"));
          try {
            float value = Float.parseFloat(row.get(column));
            if (!(value >= 0 && value <= 1)) {
              throw new NumberFormatException();
            }
            Float other = found.put(place.patient() + '/' + place.study(), value);
            if (other != null && other != value) {
              throw UserErrorException.at(
                  rules.values(),
                  row.line(),
                  "gives the study in '%s' %s, and an earlier line %s"
                      .formatted(path, value, other),
                  "give each study one value");
            }
          } catch (NumberFormatException e) {
            throw UserErrorException.at(
                rules.values(),
                row.line(),
                "'" + row.get(column) + "' is no share",
                "expected 0 to 1");
          }
        },
        "mend the file");
    return found;
  }
}

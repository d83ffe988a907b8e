package org.mococxr.specs;

import static org.mococxr.specs.option.Role.IDENTIFIES;
import static org.mococxr.specs.option.Role.MACHINE;
import static org.mococxr.specs.option.Role.PLACE;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.DataSource;
import org.mococxr.specs.data.SplitOptions;
import org.mococxr.specs.data.SplitRecipe;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.option.Options;

/**
 * What a user asks for, as YAML or JSON: {architecture} × {initialisations} × {modes} × {fractions
 * × draws}. It is read and checked in full when it is submitted.
 */
public record ExperimentSpec(
    @Option(
            value = "the experiment's name: up to 50 lower-case letters, digits and dashes",
            role = MACHINE,
            required = true)
        String name,
    @Option(value = "of everything random in the experiment", role = IDENTIFIES, byDefault = "0")
        long seed,
    @Option(
            value = "where images and labels are, and how they are laid out",
            role = IDENTIFIES,
            required = true)
        DataSource data,
    @Option(value = "the findings to learn, by their columns", role = IDENTIFIES, required = true)
        List<String> tasks,
    @Option(value = "protocol, unit, fractions, draws", role = IDENTIFIES) SplitOptions split,
    @Option(
            value = "size, geometry and normalisation, for all runs",
            role = IDENTIFIES,
            byDefault = "{}")
        Map<String, Object> image,
    @Option(
            value = "one architecture for all runs, by torchvision's name",
            role = IDENTIFIES,
            byDefault = "resnet18")
        String architecture,
    @Option(value = "MoCo; may have an image of its own", role = IDENTIFIES, byDefault = "{}")
        Map<String, Object> pretraining,
    @Option(value = "what is compared", role = IDENTIFIES, byDefault = "[moco, random]")
        List<InitialisationSpec> initialisations,
    @Option(
            value = "linear trains the head only, end-to-end everything",
            role = IDENTIFIES,
            byDefault = "[linear, end-to-end]")
        List<String> modes,
    @Option(value = "linear probing", role = IDENTIFIES, byDefault = "{}")
        Map<String, Object> linear,
    @Option(value = "end-to-end fine-tuning", role = IDENTIFIES, byDefault = "{}")
        Map<String, Object> endToEnd,
    @Option(value = "level, replicates, unit, method", role = IDENTIFIES, byDefault = "{}")
        Map<String, Object> intervals,
    @Option(
            value = "name of the served model, and which run's it is",
            role = IDENTIFIES,
            byDefault = "{}")
        Map<String, Object> serve,
    @Option(
            value = "a paper whose numbers the report holds beside ours, for example moco-cxr",
            role = IDENTIFIES)
        String published,
    @Option(
            value =
                "URI or path of a CSV with radiologists' operating points (Task, Reader,"
                    + " Sensitivity, Specificity, Precision), for the report's ROC curves",
            role = PLACE)
        String readers)
    implements OptionRecord {
  /** Only the head is trained. */
  public static final String LINEAR = "linear";

  /** Everything is trained. */
  public static final String END_TO_END = "end-to-end";

  /**
   * The papers whose numbers the report has. The library that has them is not known here; that both
   * agree is a test of the trainer. It is said here so that a slip shows before days of training.
   */
  public static final List<String> PAPERS = List.of("moco-cxr");

  private static final List<String> MODES = List.of(LINEAR, END_TO_END);

  /** Checks what concerns several options. */
  public ExperimentSpec {
    require(
        name.matches("[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?"),
        "name",
        "found '" + name + "'",
        "expected up to 50 lower-case letters, digits and dashes");
    require(!tasks.isEmpty(), "tasks", "empty", "name at least one finding");
    require(!initialisations.isEmpty(), "initialisations", "empty", "name at least one");
    List<String> names = initialisations.stream().map(InitialisationSpec::name).toList();
    require(
        new LinkedHashSet<>(names).size() == names.size(),
        "initialisations",
        "the same twice in " + names,
        "name each once");
    require(
        !modes.isEmpty()
            && MODES.containsAll(modes)
            && new LinkedHashSet<>(modes).size() == modes.size(),
        "modes",
        "found " + modes,
        "expected linear, end-to-end or both");
    require(
        published == null || PAPERS.contains(published),
        "published",
        "found '" + published + "'",
        "expected one of " + String.join(", ", PAPERS));
    require(
        readers == null || !readers.isBlank(),
        "readers",
        "empty",
        "expected the URI or path of a CSV, or no such field");
  }

  private static void require(boolean holds, String field, String problem, String remedy) {
    if (!holds) {
      throw new UserErrorException(field, problem, remedy);
    }
  }

  /**
   * Reads YAML, of which JSON is a part.
   *
   * @param text the experiment
   * @param location for messages: the file it came from, or {@code experiment}
   * @throws UserErrorException naming the field that is unknown, missing or wrong
   */
  public static ExperimentSpec parse(String text, String location) {
    return Options.read(Specs.tree(text, location), ExperimentSpec.class, location);
  }

  /** The recipe by which the splitter makes the experiment's manifests. */
  public SplitRecipe recipe() {
    return new SplitRecipe(
        data, tasks, split.seed() == null ? Options.with(split, "seed", seed) : split);
  }

  /** As JSON, defaults included. */
  public String toJson() {
    return Specs.write(this);
  }

  /** As a tree of maps, lists and plain values, defaults included. */
  public Map<String, Object> toMap() {
    return Options.toMap(this);
  }

  /** Has an initialisation of that name. */
  public boolean compares(String initialisation) {
    return initialisations.stream().anyMatch(i -> i.name().equals(initialisation));
  }
}

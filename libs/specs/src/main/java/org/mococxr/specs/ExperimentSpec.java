package org.mococxr.specs;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.mococxr.foundation.Maps;
import org.mococxr.foundation.UserErrorException;

/**
 * What a user asks for, as YAML or JSON: {architecture} × {initialisations} × {modes} × {fractions
 * × draws}. The maps are options for the services that do the work, which validate them; what has a
 * type here is what the orchestrator must understand to plan.
 *
 * @param name the experiment's name, lower-case letters, digits and dashes
 * @param seed of everything random in the experiment
 * @param data where the images and labels are: the splitter's data source
 * @param tasks the findings to learn, by their column
 * @param split recipe: protocol, unit, fractions, draws …
 * @param image geometry and normalisation of the images
 * @param architecture torchvision's name, for example {@code resnet18}
 * @param pretraining options of MoCo
 * @param initialisations what is compared
 * @param modes {@code linear}, {@code end-to-end}
 * @param linear options of linear probing
 * @param endToEnd options of end-to-end fine-tuning
 * @param intervals level, replicates …
 * @param serve which run's model is exported and served: {@code model}, {@code initialisation},
 *     {@code mode}, {@code fraction}, {@code draw}
 * @param published a paper whose numbers the report holds beside ours, for example {@code
 *     moco-cxr}; null for none
 * @param readers URI or path of a CSV with radiologists' operating points (Task, Reader,
 *     Sensitivity, Specificity, Precision), for the report's ROC curves; null for none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ExperimentSpec(
    String name,
    long seed,
    Map<String, Object> data,
    List<String> tasks,
    Map<String, Object> split,
    Map<String, Object> image,
    String architecture,
    Map<String, Object> pretraining,
    List<InitialisationSpec> initialisations,
    List<String> modes,
    Map<String, Object> linear,
    Map<String, Object> endToEnd,
    Map<String, Object> intervals,
    Map<String, Object> serve,
    String published,
    String readers) {
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

  /** Fills in the defaults and checks what the orchestrator must understand. */
  public ExperimentSpec {
    require(
        name != null && name.matches("[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?"),
        "name",
        name == null ? "missing" : "found '" + name + "'",
        "expected up to 50 lower-case letters, digits and dashes");
    require(data != null && !data.isEmpty(), "data", "missing", "say where the images are");
    require(tasks != null && !tasks.isEmpty(), "tasks", "missing", "name at least one finding");
    data = Maps.copy(data);
    tasks = List.copyOf(tasks);
    split = Maps.copy(split);
    image = Maps.copy(image);
    architecture = architecture == null ? "resnet18" : architecture;
    pretraining = Maps.copy(pretraining);
    initialisations =
        initialisations == null
            ? List.of(
                InitialisationSpec.named(InitialisationSpec.MOCO),
                InitialisationSpec.named(InitialisationSpec.RANDOM))
            : List.copyOf(initialisations);
    modes = modes == null ? MODES : List.copyOf(modes);
    linear = Maps.copy(linear);
    endToEnd = Maps.copy(endToEnd);
    intervals = Maps.copy(intervals);
    serve = Maps.copy(serve);
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
   * @param location for messages: the file it came from, or {@code request}
   * @throws UserErrorException naming the field that is unknown, missing or wrong
   */
  public static ExperimentSpec parse(String text, String location) {
    return Specs.read(text, location, ExperimentSpec.class);
  }

  /** As JSON, defaults included. */
  public String toJson() {
    return Specs.write(this);
  }

  /** As a tree of maps, lists and plain values, defaults included. */
  public Map<String, Object> toMap() {
    return Specs.toMap(this);
  }

  /** Has an initialisation of that name. */
  public boolean compares(String initialisation) {
    return initialisations.stream().anyMatch(i -> i.name().equals(initialisation));
  }
}

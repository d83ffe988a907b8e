package org.mococxr.specs;

import static org.mococxr.specs.option.Role.IDENTIFIES;
import static org.mococxr.specs.option.Role.MACHINE;
import static org.mococxr.specs.option.Role.PLACE;

import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.DataSource;
import org.mococxr.specs.data.SplitOptions;
import org.mococxr.specs.data.SplitRecipe;
import org.mococxr.specs.option.Choice;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.option.Options;
import org.mococxr.specs.run.IntervalOptions;
import org.mococxr.specs.run.Paper;
import org.mococxr.specs.run.ServeOptions;
import org.mococxr.specs.training.Architecture;
import org.mococxr.specs.training.FineTuningOptions;
import org.mococxr.specs.training.ImageOptions;
import org.mococxr.specs.training.Initialisation;
import org.mococxr.specs.training.Mode;
import org.mococxr.specs.training.PretrainingOptions;
import org.mococxr.specs.training.SweepOptions;

/**
 * What a user asks for, as YAML or JSON: {architectures} × {initialisations} × {modes} × {fractions
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
    @Option(value = "size, geometry and normalisation, for all runs", role = IDENTIFIES)
        ImageOptions image,
    @Option(
            value = "one architecture for all runs, by torchvision's name",
            role = IDENTIFIES,
            byDefault = "resnet18")
        Architecture architecture,
    @Option(
            value =
                "several architectures, each with runs of its own and a panel in the report;"
                    + " instead of architecture",
            role = IDENTIFIES,
            otherwise = "architecture alone")
        List<Architecture> architectures,
    @Option(value = "MoCo; may have an image of its own", role = IDENTIFIES)
        PretrainingOptions pretraining,
    @Option(
            value =
                "what is compared: moco, random, {name: imagenet, weights: <file>}, {name: moco,"
                    + " weights: <file>} for one pretrained elsewhere, {name: <name>, onnx: <file>,"
                    + " features: <output>} for any encoder in linear mode",
            role = IDENTIFIES,
            byDefault = "[moco, random]")
        List<InitialisationSpec> initialisations,
    @Option(
            value =
                "files of ImageNet weights by architecture, for the initialisation imagenet and for"
                    + " pretraining with weights: imagenet",
            role = PLACE,
            byDefault = "{}")
        Map<String, URI> imagenetWeights,
    @Option(
            value = "linear trains the head only, end-to-end everything",
            role = IDENTIFIES,
            byDefault = "[linear, end-to-end]")
        List<Mode> modes,
    @Option(value = "linear probing", role = IDENTIFIES) FineTuningOptions linear,
    @Option(value = "end-to-end fine-tuning", role = IDENTIFIES) FineTuningOptions endToEnd,
    @Option(
            value =
                "values to try of pretraining's and fine-tuning's options; the best on validation"
                    + " are tested",
            role = IDENTIFIES,
            otherwise = "none")
        SweepOptions sweep,
    @Option(value = "level, replicates, unit, method", role = IDENTIFIES) IntervalOptions intervals,
    @Option(value = "name of the served model, and which run's it is", role = IDENTIFIES)
        ServeOptions serve,
    @Option(
            value = "a paper whose numbers the report holds beside ours",
            role = IDENTIFIES,
            otherwise = "none")
        Paper published,
    @Option(
            value =
                "URI or path of a CSV with radiologists' operating points (Task, Reader,"
                    + " Sensitivity, Specificity, Precision), for the report's ROC curves",
            role = PLACE)
        String readers,
    @Option(
            value = "of several experiments the one with the highest is given free places first",
            role = MACHINE,
            byDefault = "0",
            min = -1000,
            max = 1000)
        int priority,
    @Option(
            value = "runs that are in flight at once, at most",
            role = MACHINE,
            min = 1,
            otherwise = "what the orchestrator allows")
        Integer parallelism,
    @Option(value = "begin no run until it is resumed", role = MACHINE, byDefault = "false")
        boolean suspend)
    implements OptionRecord {

  private static final Architecture DEFAULT_ARCHITECTURE = Architecture.RESNET18;

  /** What {@code pretraining.weights} says for {@code imagenetWeights}. */
  private static final String IMAGENET = Initialisation.IMAGENET.text();

  /** Pattern of a name. */
  public static final String NAME = "[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?";

  @Override
  public void check() {
    require(
        name.matches(NAME),
        "name",
        "found '" + name + "'",
        "expected up to 50 lower-case letters, digits and dashes");
    once("tasks", tasks);
    once("initialisations", initialisations.stream().map(InitialisationSpec::name).toList());
    once("modes", modes.stream().map(Mode::text).toList());
    require(
        modes.contains(Mode.LINEAR)
            || initialisations.stream().noneMatch(InitialisationSpec::external),
        "modes",
        "no linear, which is the only mode of an ONNX file",
        "add linear, or leave the ONNX file out");
    require(
        readers == null || !readers.isBlank(),
        "readers",
        "empty",
        "expected the URI or path of a CSV, or no such field");
    require(
        linear.image() == null,
        "linear.image",
        "given, but linear probes read features that are computed once for the experiment's image",
        "give it as image, or in endToEnd alone");
    fineTuning("linear", linear, Mode.LINEAR, tasks);
    fineTuning("endToEnd", endToEnd, Mode.END_TO_END, tasks);
    if (architectures != null) {
      once("architectures", architectures.stream().map(Architecture::text).toList());
      require(
          architecture == DEFAULT_ARCHITECTURE || architectures.contains(architecture),
          "architecture",
          "found " + architecture.text() + ", but architectures names others",
          "give one of the two fields");
    }
    weighted(encoders(), initialisations, pretraining, imagenetWeights);
    if (sweep != null) {
      Options.within(
          "sweep",
          () ->
              sweep.checkFor(
                  modes,
                  initialisations.stream().anyMatch(InitialisationSpec::pretrainedHere),
                  seed,
                  pretraining,
                  linear,
                  endToEnd));
    }
    served(serve, split, encoders(), initialisations, modes);
    recipe().check();
  }

  private static void require(boolean holds, String field, String problem, String remedy) {
    if (!holds) {
      throw new UserErrorException(field, problem, remedy);
    }
  }

  private static void once(String field, List<String> names) {
    require(!names.isEmpty(), field, "empty", "name at least one");
    require(
        new LinkedHashSet<>(names).size() == names.size(),
        field,
        "found " + names,
        "name each once");
  }

  private static void fineTuning(
      String field, FineTuningOptions options, Mode mode, List<String> tasks) {
    Options.within(
        field,
        () -> {
          options.checkFor(mode);
          options.checkTasks(tasks);
        });
  }

  /** Every architecture has the weights that it is to start from. */
  private static void weighted(
      List<Architecture> architectures,
      List<InitialisationSpec> initialisations,
      PretrainingOptions pretraining,
      Map<String, URI> imagenet) {
    Set<String> names =
        new LinkedHashSet<>(architectures.stream().map(Architecture::text).toList());
    for (String name : imagenet.keySet()) {
      require(
          names.contains(name), "imagenetWeights", "found " + name, "expected some of " + names);
    }
    boolean complete = imagenet.keySet().containsAll(names);
    for (int i = 0; i < initialisations.size(); i++) {
      InitialisationSpec each = initialisations.get(i);
      String field = "initialisations[" + i + "].weights";
      require(
          !each.is(Initialisation.IMAGENET) || each.weights() != null || complete,
          field,
          "imagenet has none",
          "add weights: <file of a state dict>, or imagenetWeights for each of " + names);
      require(
          each.weights() == null || names.size() == 1,
          field,
          "one file for " + names,
          "expected imagenetWeights, by architecture");
    }
    boolean pretrains = initialisations.stream().anyMatch(InitialisationSpec::pretrainedHere);
    boolean imagenetStart = IMAGENET.equals(pretraining.weights());
    require(
        !pretrains || !imagenetStart || complete,
        "pretraining.weights",
        "found imagenet, but imagenetWeights lacks an architecture",
        "add imagenetWeights for each of " + names);
    require(
        !pretrains || pretraining.weights() == null || imagenetStart || names.size() == 1,
        "pretraining.weights",
        "one file for " + names,
        "expected weights: imagenet, and imagenetWeights by architecture");
  }

  private static void served(
      ServeOptions serve,
      SplitOptions split,
      List<Architecture> architectures,
      List<InitialisationSpec> initialisations,
      List<Mode> modes) {
    among("serve.architecture", serve.architecture(), architectures);
    List<Initialisation> compared =
        initialisations.stream()
            .flatMap(each -> Choice.find(Initialisation.class, each.name()).stream())
            .toList();
    require(
        !compared.isEmpty(),
        "initialisations",
        "found ONNX files alone, of which no model can be served",
        "add moco, random or imagenet");
    among("serve.initialisation", serve.initialisation(), compared);
    among("serve.mode", serve.mode(), modes);
    among("serve.fraction", serve.fraction(), split.fractions());
    int most = 0;
    for (int i = 0; i < split.fractions().size(); i++) {
      boolean meant = serve.fraction() == null || serve.fraction().equals(split.fractions().get(i));
      most = Math.max(most, meant ? split.drawsOf(i) : 0);
    }
    require(
        serve.draw() == null || serve.draw() < most,
        "serve.draw",
        "found " + serve.draw(),
        "expected below " + most + ", the number of draws");
  }

  private static <T> void among(String field, T wanted, List<T> known) {
    require(
        wanted == null || known.contains(wanted),
        field,
        "found " + text(wanted),
        "expected one of this experiment's: "
            + known.stream().map(ExperimentSpec::text).collect(Collectors.joining(", ")));
  }

  private static String text(Object value) {
    return value instanceof Choice choice ? choice.text() : String.valueOf(value);
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

  /** The architectures that are compared: one, unless there are several. */
  public List<Architecture> encoders() {
    return architectures == null ? List.of(architecture) : architectures;
  }

  /**
   * The file that pretraining of an architecture starts from, as the user wrote it; null for
   * chance.
   */
  public String pretrainingWeights(Architecture of) {
    return IMAGENET.equals(pretraining.weights())
        ? imagenetWeights.get(of.text()).toString()
        : pretraining.weights();
  }

  /** The file that an initialisation of an architecture is read from; null for none. */
  public URI weights(InitialisationSpec initialisation, Architecture of) {
    return initialisation.is(Initialisation.IMAGENET) && initialisation.weights() == null
        ? imagenetWeights.get(of.text())
        : initialisation.weights();
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
}

package org.mococxr.learning.export;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.learning.evaluation.Checkpoint;
import org.mococxr.learning.evaluation.Ensemble;
import org.mococxr.learning.evaluation.FineTuned;
import org.mococxr.learning.features.Encoder;
import org.mococxr.learning.features.HeadForm;
import org.mococxr.specs.training.FineTuningOptions.Aggregation;

/**
 * The runs of an export and the classifier that they make together.
 *
 * @param runs as {@code finetune} wrote them
 * @param classifier what is served
 */
record ExportedRuns(List<FineTuned> runs, Classifier classifier) {

  /**
   * Reads the runs, those whose tests join checkpoints with these.
   *
   * @param folders of fine-tuning runs
   * @throws UserErrorException if they differ in their tasks or in what they see of a picture
   */
  static ExportedRuns read(List<Path> folders, Aggregation aggregation) {
    List<FineTuned> runs = new ArrayList<>();
    List<Classifier.Group> groups = new ArrayList<>();
    for (Path folder : folders) {
      FineTuned run = FineTuned.read(folder);
      requireLike(folder, run, runs.isEmpty() ? run : runs.getFirst());
      runs.add(run);
      groups.add(group(folder, run));
    }
    boolean exclusive = runs.getFirst().description().form() == HeadForm.MULTI_CLASS;
    if (exclusive && runs.size() > 1) {
      aggregation.requireSums("aggregation");
    }
    return new ExportedRuns(runs, new Classifier(groups, aggregation));
  }

  private static void requireLike(Path folder, FineTuned run, FineTuned first) {
    FineTuned.Description is = run.description();
    FineTuned.Description wanted = first.description();
    if (!is.tasks().equals(wanted.tasks())
        || (is.form() == HeadForm.MULTI_CLASS) != (wanted.form() == HeadForm.MULTI_CLASS)) {
      throw UserErrorException.at(
          folder,
          "it finds %s (%s)".formatted(is.tasks(), is.form().text()),
          "expected %s (%s) as the first run".formatted(wanted.tasks(), wanted.form().text()));
    }
    Encoder.Description view = run.encoder().description();
    Encoder.Description other = first.encoder().description();
    if (!view.geometry().equals(other.geometry()) || view.imageSize() != other.imageSize()) {
      throw UserErrorException.at(
          folder,
          "its pictures are brought to another size than those of the first run",
          "expected runs of the same resize, geometry and image size");
    }
  }

  private static Classifier.Group group(Path folder, FineTuned run) {
    Optional<Ensemble> ensemble = Ensemble.of(folder, run.description().form());
    if (ensemble.isEmpty()) {
      return Classifier.Group.of(run.best(), run.calibrations());
    }
    List<String> tasks = run.description().tasks();
    Map<String, List<Ensemble.Member>> models = ensemble.get().models();
    Set<String> paths = new LinkedHashSet<>();
    tasks.forEach(task -> ensemble.get().members(task).forEach(m -> paths.add(m.path())));
    List<Checkpoint> checkpoints = new ArrayList<>();
    List<boolean[]> uses = new ArrayList<>();
    for (String path : paths) {
      checkpoints.add(run.kept(folder.resolve(path)));
      boolean[] used = new boolean[tasks.size()];
      for (int t = 0; t < used.length; t++) {
        used[t] = models.get(tasks.get(t)).stream().anyMatch(m -> m.path().equals(path));
      }
      uses.add(used);
    }
    return new Classifier.Group(
        checkpoints,
        uses.toArray(boolean[][]::new),
        ensemble.get().aggregation(),
        run.calibrations());
  }

  FineTuned first() {
    return runs.getFirst();
  }

  /** What the networks expect of their input; null where they differ. */
  Normalisation normalisation() {
    List<Normalisation> all =
        runs.stream().map(run -> run.encoder().description().normalisation()).distinct().toList();
    return all.size() == 1 ? all.getFirst() : null;
  }

  /** What training took uncertain and missing labels for. */
  String labelPolicy() {
    return runs.stream()
        .flatMap(run -> run.description().labelPolicy().values().stream())
        .distinct()
        .collect(Collectors.joining(", "));
  }

  /** Where the model comes from: of one run its particulars, of several a list of them. */
  Map<String, Object> provenance() {
    List<Map<String, Object>> all = new ArrayList<>();
    for (int r = 0; r < runs.size(); r++) {
      all.add(provenance(runs.get(r), classifier.groups().get(r)));
    }
    if (all.size() == 1) {
      return all.getFirst();
    }
    Map<String, Object> joined = new LinkedHashMap<>();
    joined.put("aggregation", classifier.aggregation());
    joined.put("runs", all);
    return joined;
  }

  private static Map<String, Object> provenance(FineTuned run, Classifier.Group group) {
    Encoder.Description d = run.encoder().description();
    FineTuned.Description f = run.description();
    Map<String, Object> provenance = new LinkedHashMap<>();
    provenance.put("seed", f.seed());
    provenance.put("mode", f.mode());
    provenance.put("initialisation", f.initialisation());
    provenance.put("fraction", f.fraction());
    provenance.put("draw", f.draw());
    provenance.put("encoder", d.digest());
    provenance.put("encoderOrigin", d.origin());
    provenance.put("manifests", f.manifests());
    if (group.checkpoints().size() > 1) {
      provenance.put("checkpointAggregation", group.aggregation());
      provenance.put(
          "checkpoints",
          group.checkpoints().stream().map(c -> c.encoder().description().digest()).toList());
    }
    return provenance;
  }
}

package org.mococxr.learning.evaluation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.manifest.Manifest;
import org.mococxr.evaluation.results.Scores;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.engine.Torch;
import org.mococxr.learning.features.HeadForm;
import org.mococxr.specs.training.FineTuningOptions.Aggregation;

/**
 * Tests a fine-tuned model, an ensemble of its checkpoints, or several models together, on any
 * manifest. A task of which the manifest has no labels is predicted and not scored.
 */
public final class ModelTesting {
  private final TestOptions options;
  private final Dataset part;
  private final Path cache;
  private final Progress progress;

  private ModelTesting(TestOptions options, Dataset part, Path cache, Progress progress) {
    this.options = options;
    this.part = part;
    this.cache = cache;
    this.progress = progress;
  }

  /**
   * Predicts every study, calibrates as on the run's validation, and writes the tables. Several
   * runs each predict and calibrate by themselves; a task's probability is joined over the runs
   * that have the task.
   *
   * @param folder gets {@code predictions.csv}, {@code groundtruth.csv}, {@code scores.csv} and
   *     {@code scores.txt}
   */
  public static Scores run(TestOptions options, Path folder, Progress progress) {
    Torch.prepare(options.told().threads());
    if (options.ensemble() != null && options.runs().size() > 1) {
      throw UserErrorException.at(
          options.ensemble(),
          "names checkpoints of one run, and there are " + options.runs().size(),
          "give one --run, or leave --ensemble out");
    }
    if (options.told().aggregation() == Aggregation.MAX && options.runs().size() == 1) {
      throw new UserErrorException(
          "aggregation",
          "found max, which has no effect on one run",
          "leave it out, or give several runs");
    }
    Dataset part = Manifest.read(options.test(), options.root());
    if (part.size() == 0) {
      throw UserErrorException.at(options.test(), "it has no images", "at least one");
    }
    Path cache = options.cache() == null ? folder.resolve("cache") : options.cache();
    ModelTesting testing = new ModelTesting(options, part, cache, progress);
    boolean exclusive = testing.exclusive();
    Map<String, List<double[]>> members = new LinkedHashMap<>();
    for (Path run : options.runs()) {
      testing.predict(run, members);
    }
    List<String> tasks = List.copyOf(members.keySet());
    StudyLevel studies = testing.studies(tasks);
    studies = exclusive ? studies.exclusive(options.test()) : studies;
    Ensemble joining = new Ensemble(options.told().aggregation(), Map.of());
    return TestReport.write(folder, studies, joining.join(members.values()));
  }

  /**
   * Whether exactly one of the tasks is true of a study, by what all runs were trained for.
   *
   * @throws UserErrorException if their probabilities would not add up to 1
   */
  private boolean exclusive() {
    List<FineTuned.Description> models =
        options.runs().stream()
            .map(run -> Json.read(run.resolve(FineTuned.DESCRIPTION), FineTuned.Description.class))
            .toList();
    Set<String> classes = Set.copyOf(models.getFirst().tasks());
    boolean exclusive =
        models.stream()
            .allMatch(
                model ->
                    model.form() == HeadForm.MULTI_CLASS
                        && Set.copyOf(model.tasks()).equals(classes));
    if (exclusive && models.size() > 1) {
      options.told().aggregation().requireSums("aggregation");
    }
    return exclusive;
  }

  /** Adds a run's calibrated probabilities to those of each of its tasks. */
  private void predict(Path run, Map<String, List<double[]>> members) {
    FineTuned model = FineTuned.read(run);
    List<String> tasks = model.description().tasks();
    StudyLevel studies = studies(tasks);
    Ensemble ensemble = ensemble(run, model.description().form());
    double[][] probabilities =
        ensemble == null
            ? model.best().predict(part, studies, cache, progress)
            : ensemble.predict(
                tasks,
                path -> model.kept(run.resolve(path)).predict(part, studies, cache, progress));
    double[][] calibrated =
        TaskCalibration.apply(model.calibrations(), model.description().form(), probabilities);
    for (int t = 0; t < tasks.size(); t++) {
      members
          .computeIfAbsent(tasks.get(t), name -> new ArrayList<>())
          .add(Ensemble.column(calibrated, t));
    }
  }

  private StudyLevel studies(List<String> tasks) {
    return StudyLevel.labelled(part, tasks, options.told().labelPolicy());
  }

  /** Null where one checkpoint predicts alone: the model that the run has in full. */
  private Ensemble ensemble(Path run, HeadForm form) {
    return options.ensemble() != null
        ? Ensemble.read(options.ensemble(), form)
        : Ensemble.of(run, form).orElse(null);
  }
}

package org.mococxr.learning.selection;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.LabelPolicy;
import org.mococxr.datasets.manifest.Manifest;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.engine.Torch;
import org.mococxr.learning.evaluation.Ensemble;
import org.mococxr.learning.evaluation.FineTuned;
import org.mococxr.learning.evaluation.StudyLevel;
import org.mococxr.learning.features.HeadForm;
import org.mococxr.specs.data.LabelPolicies;
import org.mococxr.specs.data.LabelRule;
import org.mococxr.specs.training.FineTuningOptions;

/** Ranks the kept checkpoints of a run per task by their scores on validation studies. */
public final class Selection {
  /** Folder of kept checkpoints within a run's folder. */
  public static final String KEPT = "kept";

  private Selection() {}

  /**
   * Lets every kept checkpoint predict the validation set and writes {@code ensemble.json}.
   *
   * @throws UserErrorException if the run kept none, or validation has one class only of a task
   */
  public static Ensemble run(SelectOptions options, Path folder, Progress progress) {
    Torch.prepare(options.told().threads());
    FineTuned model = FineTuned.read(options.run());
    List<String> tasks = model.description().tasks();
    Dataset valid = Manifest.read(options.valid(), options.root());
    float[][] targets = LabelPolicy.targets(valid, LabelPolicy.of(null, tasks));
    HeadForm form = model.description().form();
    StudyLevel labelled = StudyLevel.of(valid, tasks, targets);
    StudyLevel studies =
        form == HeadForm.MULTI_CLASS ? labelled.exclusive(options.valid()) : labelled;
    studies.requireBothClasses(options.valid());
    Path cache = options.cache() == null ? folder.resolve("cache") : options.cache();
    boolean threeClass =
        LabelPolicy.of(new LabelPolicies(model.description().labelPolicy()), tasks)
            .values()
            .stream()
            .anyMatch(policy -> policy.kind() == LabelRule.THREE_CLASS);
    Criterion criterion =
        new Criterion(options.told().selectBy(), tasks, tasks, form == HeadForm.MULTI_CLASS);
    List<KeptCheckpoint> kept = new ArrayList<>();
    List<Path> files = files(options.run());
    for (Path file : files) {
      progress.update("ranking checkpoints", kept.size(), files.size());
      double[][] logits = model.kept(file).logits(valid, studies, cache, Progress.SILENT);
      Map<String, Double> scores = criterion.scores(studies, logits);
      kept.add(
          new KeptCheckpoint(
              KEPT + "/" + file.getFileName(), 0, scores, threeClass, criterion.mean(scores)));
    }
    Ensemble ensemble =
        select(kept, tasks, form, options.told().perTask(), options.told().aggregation());
    Json.write(folder.resolve(Ensemble.FILE), ensemble);
    return ensemble;
  }

  private static List<Path> files(Path run) {
    Path folder = run.resolve(KEPT);
    List<Path> files = List.of();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> list = Files.list(folder)) {
        files = list.filter(f -> f.toString().endsWith(".safetensors")).sorted().toList();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    if (files.isEmpty()) {
      throw UserErrorException.at(
          folder, "there are no kept checkpoints", "the folder of an end-to-end run");
    }
    return files;
  }

  /**
   * Ranks checkpoints per task by their scores, ties by name. One whose score is undefined is left
   * out; where a task has none at all, they rank by the score that they are chosen by. So they do
   * for all tasks of which exactly one is true, whose probabilities only add up to 1 when they come
   * from the same checkpoints.
   *
   * @param perTask how many to take, at most {@link Ensemble#MAX_MEMBERS}
   * @throws UserErrorException if a task is left without any, or for the maximum of exclusive
   *     classes
   */
  public static Ensemble select(
      List<KeptCheckpoint> kept,
      List<String> tasks,
      HeadForm form,
      int perTask,
      FineTuningOptions.Aggregation aggregation) {
    if (form == HeadForm.MULTI_CLASS) {
      aggregation.requireSums("aggregation");
    }
    Map<String, List<Ensemble.Member>> models = new LinkedHashMap<>();
    for (String task : tasks) {
      List<Ensemble.Member> ranked =
          kept.stream()
              .map(k -> new Ensemble.Member(k.file(), k.threeClass(), score(kept, k, task, form)))
              .filter(member -> Double.isFinite(member.value()))
              .sorted(
                  Comparator.comparingDouble(Ensemble.Member::value)
                      .reversed()
                      .thenComparing(Ensemble.Member::path))
              .limit(Math.min(perTask, Ensemble.MAX_MEMBERS))
              .toList();
      if (ranked.isEmpty()) {
        throw new UserErrorException(
            "selection",
            "no checkpoint has a score for " + task,
            "validation with both classes, and at least one kept checkpoint");
      }
      models.put(task, ranked);
    }
    return new Ensemble(aggregation, models);
  }

  private static double score(
      List<KeptCheckpoint> all, KeptCheckpoint of, String task, HeadForm form) {
    boolean defined =
        form != HeadForm.MULTI_CLASS
            && all.stream()
                .anyMatch(k -> Double.isFinite(k.scores().getOrDefault(task, Double.NaN)));
    return defined ? of.scores().getOrDefault(task, Double.NaN) : of.score();
  }
}

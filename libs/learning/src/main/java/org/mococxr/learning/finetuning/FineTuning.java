package org.mococxr.learning.finetuning;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.LabelPolicy;
import org.mococxr.evaluation.calibration.Calibration;
import org.mococxr.evaluation.calibration.MultiClass;
import org.mococxr.evaluation.results.Metric;
import org.mococxr.evaluation.results.Scores;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.evaluation.FineTuned;
import org.mococxr.learning.evaluation.StudyLevel;
import org.mococxr.learning.evaluation.TaskCalibration;
import org.mococxr.learning.evaluation.TestReport;
import org.mococxr.learning.features.HeadForm;
import org.mococxr.learning.optim.Divergence;
import org.mococxr.learning.selection.Criterion;

/** Fine-tunes a classifier and tests it: train, choose on validation, calibrate, test. */
public final class FineTuning {
  private FineTuning() {}

  /**
   * Runs, or goes on with what an earlier attempt left in the folder.
   *
   * @param folder afterwards holds {@code encoder.*}, {@code head.safetensors}, {@code
   *     finetuned.json}, {@code predictions.csv}, {@code groundtruth.csv}, {@code scores.csv},
   *     {@code scores.txt}, {@code calibration.json} and {@code metrics.jsonl}
   * @param listener receives each checkpoint
   * @param stop true when training should end after the current step, with a checkpoint
   */
  public static FineTuneResult run(
      FineTuneOptions options,
      Path folder,
      Progress progress,
      CheckpointListener listener,
      BooleanSupplier stop) {
    Dataset trainImages = LabelledPart.read(options.train(), options.root());
    Dataset validImages = LabelledPart.read(options.valid(), options.root());
    Dataset testImages = LabelledPart.read(options.test(), options.root());
    Dataset[] all = {trainImages, validImages, testImages};
    Map<String, LabelPolicy> policies =
        LabelPolicy.in(
            LabelPolicy.of(options.training().labelPolicy(), options.run().tasks()), all);
    // Whatever training makes of an uncertain label, nobody knows whether it is right.
    Map<String, LabelPolicy> truth =
        LabelPolicy.in(LabelPolicy.of(null, options.run().tasks()), all);
    HeadForm form = HeadForms.of(options.training(), policies);
    LabelledPart train = part(form, trainImages, policies, options.train());
    LabelledPart valid = part(form, validImages, truth, options.valid());
    LabelledPart test = part(form, testImages, truth, options.test());
    LabelPolicy.effects(trainImages, policies)
        .forEach(line -> progress.update("training labels, " + line, 0, 1));
    train.requireBothClasses(IntStream.range(0, train.tasks().size()).boxed().toList());
    List<String> tasks = options.run().tasks();
    valid.requireBothClasses(
        Criterion.of(options.training(), tasks).on().stream().map(tasks::indexOf).toList());
    if (!options.training().allowSharedPatients()) {
      LabelledPart.requireDisjointPatients(List.of(train, valid, test));
    }
    Parts parts =
        new Parts(smoothed(train, form, options.training().labelSmoothing()), valid, test);

    boolean onFeatures = options.linear() && options.training().featureReuse();
    Optional<Trained> trained =
        Divergence.twice(
            () ->
                onFeatures
                    ? Optional.of(LinearTraining.train(options, parts, form, folder, progress))
                    : NetworkTraining.train(options, parts, form, folder, progress, listener, stop),
            note -> progress.update(note, 0, 1));
    if (trained.isEmpty()) {
      return new FineTuneResult(false, Map.of());
    }
    return finish(options, policies, form, parts, trained.get(), folder);
  }

  private static LabelledPart part(
      HeadForm form, Dataset images, Map<String, LabelPolicy> policies, Path manifest) {
    LabelledPart part = LabelledPart.of(images, policies, manifest);
    return form == HeadForm.MULTI_CLASS ? part.exclusive() : part;
  }

  /**
   * A part with targets y of {@code y · (1 − s) + s / 2}; what is masked stays masked (Szegedy et
   * al. 2016, for two classes).
   *
   * @throws UserErrorException if targets are classes
   */
  static LabelledPart smoothed(LabelledPart part, HeadForm form, double s) {
    if (s == 0) {
      return part;
    }
    if (form != HeadForm.MULTI_LABEL) {
      throw new UserErrorException(
          "labelSmoothing",
          "found " + s + " with targets that are classes (" + form.text() + ")",
          "expected 0, or a label policy and a classification of one logit a task");
    }
    float[][] targets = new float[part.targets().length][];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = part.targets()[i].clone();
      for (int t = 0; t < targets[i].length; t++) {
        float y = targets[i][t];
        targets[i][t] = y < 0 ? y : (float) (y * (1 - s) + s / 2);
      }
    }
    return new LabelledPart(part.images(), part.tasks(), targets, part.source());
  }

  private static FineTuneResult finish(
      FineTuneOptions options,
      Map<String, LabelPolicy> policies,
      HeadForm form,
      Parts parts,
      Trained trained,
      Path folder) {
    Criterion criterion = Criterion.of(options.training(), options.run().tasks());
    StudyLevel validation = parts.validation();
    StudyLevel test = parts.testing();
    Map<String, Calibration> calibrations =
        TaskCalibration.fit(
            options.training().calibration(), form, validation, trained.validation());
    List<Calibration> byTask = List.copyOf(calibrations.values());
    double[][] calibratedValidation = TaskCalibration.apply(byTask, form, trained.validation());
    double[][] probabilities = TaskCalibration.apply(byTask, form, trained.test());
    Scores scores = TestReport.write(folder, test, probabilities);
    Json.write(folder.resolve(TaskCalibration.FILE), calibrations);

    Map<String, Double> validationAuroc = new LinkedHashMap<>();
    Map<String, Double> testAuroc = new LinkedHashMap<>();
    Map<String, Double> thresholds = validation.thresholds(calibratedValidation);
    for (int t = 0; t < options.run().tasks().size(); t++) {
      String task = options.run().tasks().get(t);
      validationAuroc.put(task, validation.auroc(t, calibratedValidation));
      testAuroc.put(task, scores.tasks().get(t).value(Metric.AUROC));
    }
    Map<String, String> policyNames = new LinkedHashMap<>();
    policies.forEach((task, policy) -> policyNames.put(task, policy.text()));
    FineTuned.Description description =
        new FineTuned.Description(
            options.run().tasks(),
            options.run().mode().text(),
            options.run().initialisation(),
            trained.encoder().architecture(),
            policyNames,
            options.run().fraction(),
            options.run().draw(),
            options.seed(),
            calibrations,
            thresholds,
            validationAuroc,
            testAuroc,
            digests(options),
            criterion.meanOfProbabilities(validation, trained.validation()),
            trained.head().form() == HeadForm.MULTI_LABEL ? null : trained.head().form());
    trained.encoderWriter().accept(folder);
    FineTuned.write(folder, trained.encoder().headName(), trained.head(), description);
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("valid_auroc", validation.meanAuroc(trained.validation()));
    figures.put("test_auroc", scores.mean(Metric.AUROC));
    figures.put("test_auprc", scores.mean(Metric.AUPRC));
    if (form == HeadForm.MULTI_CLASS) {
      figures.put("test_accuracy", MultiClass.accuracy(probabilities, test.classes()));
      figures.put("test_log_loss", MultiClass.logLoss(probabilities, test.classes()));
    }
    return new FineTuneResult(true, figures);
  }

  static Map<String, String> digests(FineTuneOptions options) {
    try {
      Map<String, String> digests = new LinkedHashMap<>();
      digests.put("train", Digests.sha256(options.train()));
      digests.put("valid", Digests.sha256(options.valid()));
      digests.put("test", Digests.sha256(options.test()));
      return digests;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package org.mococxr.learning.export;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.manifest.Manifest;
import org.mococxr.evaluation.calibration.Calibration;
import org.mococxr.evaluation.results.GroundTruth;
import org.mococxr.evaluation.results.Predictions;
import org.mococxr.foundation.Progress;
import org.mococxr.imaging.GreyImage;
import org.mococxr.learning.evaluation.CentreViews;
import org.mococxr.learning.evaluation.StudyLevel;
import org.mococxr.learning.evaluation.TaskCalibration;
import org.mococxr.learning.features.HeadForm;

/**
 * What a network in ONNX Runtime says of the studies of a manifest, whose images are joined as the
 * inference service joins them.
 *
 * @param studies with their truth
 * @param probabilities {@code [studies][tasks]}, calibrated
 */
record ServedStudies(StudyLevel studies, double[][] probabilities) {
  private static final int BATCH = 16;

  /**
   * Computes every image of a manifest.
   *
   * @param root folder that the manifest's paths are relative to
   * @param cache folder of the pixel cache
   */
  static ServedStudies of(
      byte[] onnx, Classifier classifier, Path manifest, Path root, Path cache, Progress progress) {
    Dataset part = Manifest.read(manifest, root);
    StudyLevel studies = StudyLevel.labelled(part, classifier.tasks(), null);
    boolean exclusive = classifier.form() == HeadForm.MULTI_CLASS;
    studies = exclusive ? studies.exclusive(manifest) : studies;
    double[][] images = new double[part.size()][];
    try (CentreViews views = CentreViews.open(part, classifier.view(), cache, progress);
        OnnxModel session = new OnnxModel(onnx)) {
      for (int from = 0; from < images.length; from += BATCH) {
        List<GreyImage> batch = new ArrayList<>();
        for (int i = from; i < Math.min(from + BATCH, images.length); i++) {
          batch.add(views.image(i));
        }
        float[] p = session.run(batch).get(OnnxWriter.PROBABILITIES);
        int tasks = classifier.tasks().size();
        for (int i = 0; i < batch.size(); i++) {
          images[from + i] = logits(p, i * tasks, tasks, exclusive);
        }
        progress.update("testing the export", from + batch.size(), images.length, Map.of());
      }
    }
    HeadForm form = exclusive ? HeadForm.MULTI_CLASS : HeadForm.MULTI_LABEL;
    return new ServedStudies(studies, TaskCalibration.probabilities(studies.logits(form, images)));
  }

  /** Writes {@code predictions.csv} and {@code groundtruth.csv}. */
  void write(Path folder) {
    studies.predictions(probabilities).write(folder.resolve(Predictions.FILE_NAME));
    studies.groundTruth().write(folder.resolve(GroundTruth.FILE_NAME));
  }

  /** AUROC of a task; NaN if there is one class only. */
  double auroc(int task) {
    return studies.auroc(task, probabilities);
  }

  /** The largest difference of a study's probability from that by another network. */
  double largestDifference(ServedStudies other) {
    double largest = 0;
    for (int s = 0; s < probabilities.length; s++) {
      for (int t = 0; t < probabilities[s].length; t++) {
        double difference = Math.abs(probabilities[s][t] - other.probabilities[s][t]);
        largest = Math.max(largest, difference);
      }
    }
    return largest;
  }

  /** Of exclusive tasks but for a constant of the image, which the softmax removes. */
  private static double[] logits(float[] probabilities, int from, int tasks, boolean exclusive) {
    double[] logits = new double[tasks];
    for (int t = 0; t < tasks; t++) {
      double p = probabilities[from + t];
      logits[t] = exclusive ? Math.log(Math.max(p, Float.MIN_VALUE)) : Calibration.logit(p);
    }
    return logits;
  }
}

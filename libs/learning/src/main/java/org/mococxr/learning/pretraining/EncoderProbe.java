package org.mococxr.learning.pretraining;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.LabelPolicy;
import org.mococxr.datasets.manifest.Manifest;
import org.mococxr.evaluation.metrics.Metrics;
import org.mococxr.foundation.Progress;
import org.mococxr.imaging.augmentation.Augmentation;
import org.mococxr.imaging.augmentation.Augmentations;
import org.mococxr.imaging.cache.PixelCache;
import org.mococxr.learning.engine.FeatureExtractor;
import org.mococxr.learning.engine.Torch;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.state.StateDict;
import org.mococxr.specs.data.LabelRule;
import org.mococxr.specs.training.ProbeOptions;

/**
 * How good an encoder's features are on a small labelled set, by a kNN and a linear probe: the
 * figure to watch while pretraining, since the loss does not tell.
 */
final class EncoderProbe implements AutoCloseable {
  private static final int BATCH = 32;

  private final PretrainOptions options;
  private final List<String> tasks;
  private final Part train;
  private final Part test;

  private record Part(PixelCache cache, float[][] targets) {}

  EncoderProbe(PretrainOptions options, Path cacheFolder) {
    this.options = options;
    ProbeOptions probe = options.told().probe();
    Path root = probe.root() == null ? options.root() : probe.root();
    Dataset trainSet = Manifest.read(probe.train(), root);
    Dataset testSet = Manifest.read(probe.test(), root);
    this.tasks = options.probeTasks().isEmpty() ? trainSet.tasks() : options.probeTasks();
    this.train = part(trainSet, cacheFolder);
    this.test = part(testSet, cacheFolder);
  }

  private Part part(Dataset dataset, Path cacheFolder) {
    List<Path> files = dataset.images().stream().map(dataset::file).toList();
    return new Part(
        PixelCache.open(cacheFolder, files, options.geometry(), Progress.SILENT),
        LabelPolicy.of(LabelRule.IGNORE).targets(dataset, tasks));
  }

  /**
   * AUROC on the test part: {@code knn} and {@code probe} (linear) are means over the tasks,
   * followed by {@code knn <task>} and {@code probe <task>}. Tasks with one class are left out.
   */
  Map<String, Double> figures(Network network, StateDict query) {
    double[][] trainFeatures;
    double[][] testFeatures;
    try (FeatureExtractor extractor =
        new FeatureExtractor(
            network, query, options.normalisation(), Torch.devices().getFirst(), BATCH)) {
      trainFeatures = features(extractor, train.cache());
      testFeatures = features(extractor, test.cache());
    }
    Map<String, Double> byTask = new LinkedHashMap<>();
    double knn = 0;
    double linear = 0;
    int counted = 0;
    for (int task = 0; task < tasks.size(); task++) {
      Labelled known = labelled(trainFeatures, train.targets(), task);
      Labelled asked = labelled(testFeatures, test.targets(), task);
      if (!known.bothClasses() || !asked.bothClasses()) {
        continue;
      }
      double[] votes =
          NeighbourProbe.scores(
              normalised(known.features()),
              known.positive(),
              normalised(asked.features()),
              options.told().probe().neighbours());
      double[] scores = RidgeProbe.scores(known.features(), known.positive(), asked.features());
      double taskKnn = Metrics.auroc(votes, asked.positive());
      double taskLinear = Metrics.auroc(scores, asked.positive());
      byTask.put("knn " + tasks.get(task), taskKnn);
      byTask.put("probe " + tasks.get(task), taskLinear);
      knn += taskKnn;
      linear += taskLinear;
      counted++;
    }
    Map<String, Double> figures = new LinkedHashMap<>();
    if (counted > 0) {
      figures.put("knn", knn / counted);
      figures.put("probe", linear / counted);
      figures.putAll(byTask);
    }
    return figures;
  }

  private double[][] features(FeatureExtractor extractor, PixelCache cache) {
    Augmentation middle = Augmentations.centre(options.imageSize());
    float[] flat =
        extractor.features(cache.size(), i -> middle.apply(cache.image(i), null), Progress.SILENT);
    int d = extractor.dimension();
    double[][] rows = new double[cache.size()][d];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < d; j++) {
        rows[i][j] = flat[i * d + j];
      }
    }
    return rows;
  }

  private record Labelled(double[][] features, boolean[] positive) {
    boolean bothClasses() {
      int positives = Metrics.positives(positive);
      return positives > 0 && positives < positive.length;
    }
  }

  private static Labelled labelled(double[][] features, float[][] targets, int task) {
    int n = 0;
    for (float[] row : targets) {
      n += row[task] >= 0 ? 1 : 0;
    }
    double[][] kept = new double[n][];
    boolean[] positive = new boolean[n];
    int at = 0;
    for (int i = 0; i < targets.length; i++) {
      if (targets[i][task] >= 0) {
        kept[at] = features[i];
        positive[at++] = targets[i][task] > 0.5;
      }
    }
    return new Labelled(kept, positive);
  }

  private static double[][] normalised(double[][] rows) {
    double[][] out = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      double norm = Math.sqrt(NeighbourProbe.dot(rows[i], rows[i]));
      out[i] = rows[i].clone();
      for (int j = 0; j < out[i].length; j++) {
        out[i][j] /= norm > 0 ? norm : 1;
      }
    }
    return out;
  }

  @Override
  public void close() {
    train.cache().close();
    test.cache().close();
  }
}

package org.mococxr.trainer.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.evaluation.embedding.Tsne;
import org.mococxr.evaluation.report.ExperimentReport;
import org.mococxr.foundation.RandomStream;
import org.mococxr.learning.features.Embedding;
import org.mococxr.learning.features.FeatureStore;

/** The test images' features, as an embedding run left them, laid out by t-SNE. */
final class EmbeddingPicture {
  /** More marks than this cannot be told apart, and cost time by their square. */
  private static final int MOST = 1000;

  private EmbeddingPicture() {}

  /**
   * The picture of the first embedding among the inputs.
   *
   * @param folders that embedding runs wrote, by initialisation
   * @param task whose labels colour the marks
   * @return empty if no features were computed, or of too few images
   */
  static Optional<ExperimentReport.Embedding> of(
      Map<String, Path> folders, Dataset test, String task, RunContext context) {
    Optional<String> start = folders.keySet().stream().findFirst();
    if (start.isEmpty() || test.images().size() < Tsne.FEWEST) {
      return Optional.empty();
    }
    List<ImageRecord> images = some(test.images(), context.spec().seed());
    context.reporter().update("laying out features", 0, images.size(), Map.of());
    FeatureStore store = FeatureStore.open(folders.get(start.get()).resolve(Embedding.FEATURES));
    double[][] layout = layout(store, images, context.spec().seed());
    List<ExperimentReport.EmbeddedImage> marks = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      ImageRecord image = images.get(i);
      marks.add(
          new ExperimentReport.EmbeddedImage(
              layout[i][0], layout[i][1], group(test, image, task), image.studyKey()));
    }
    return Optional.of(
        new ExperimentReport.Embedding(
            "t-SNE",
            "the encoder that %s models start from, before fine-tuning".formatted(start.get()),
            task,
            test.images().size(),
            marks));
  }

  /** All, or so many by chance, in the manifest's order. */
  private static List<ImageRecord> some(List<ImageRecord> images, long seed) {
    if (images.size() <= MOST) {
      return images;
    }
    int[] chosen =
        Arrays.copyOf(RandomStream.of(seed, "embedded images").permutation(images.size()), MOST);
    return Arrays.stream(chosen).sorted().mapToObj(images::get).toList();
  }

  private static double[][] layout(FeatureStore store, List<ImageRecord> images, long seed) {
    int d = store.dimension();
    float[] features = store.gather(images.stream().map(ImageRecord::path).toList());
    double[][] points = new double[images.size()][d];
    for (int i = 0; i < features.length; i++) {
      points[i / d][i % d] = features[i];
    }
    return Tsne.layout(points, Tsne.Options.defaults(seed));
  }

  private static String group(Dataset test, ImageRecord image, String task) {
    return switch (image.label(test.task(task))) {
      case POSITIVE -> "positive";
      case NEGATIVE -> "negative";
      case UNCERTAIN -> "uncertain";
      case MISSING -> "not mentioned";
    };
  }
}

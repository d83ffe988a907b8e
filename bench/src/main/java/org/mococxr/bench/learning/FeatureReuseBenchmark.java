package org.mococxr.bench.learning;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.bench.Clocks;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.Label;
import org.mococxr.datasets.manifest.Manifest;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.RandomStream;
import org.mococxr.learning.features.EmbedOptions;
import org.mococxr.learning.features.Embedding;
import org.mococxr.learning.finetuning.CheckpointListener;
import org.mococxr.learning.finetuning.FineTuneOptions;
import org.mococxr.learning.finetuning.FineTuning;
import org.mococxr.specs.option.Options;
import org.mococxr.specs.training.EpochPlan;

/**
 * Times a linear panel — fractions × draws on one encoder — with features computed once, and as the
 * reference does it: every image through the frozen network in every epoch. Arguments: {@code root
 * train.csv valid.csv test.csv task [architecture] [size] [threads] [fraction:draws,…]}. Seconds
 * are of processor, all threads together, so that a busy machine does not change them much.
 */
public final class FeatureReuseBenchmark {
  /** The paper's panel without the fraction that small data sets lack. */
  private static final String PANEL = "0.05:5,0.1:5,1:1";

  private final Map<String, Object> common = new LinkedHashMap<>();
  private final Map<Double, Integer> panel = new LinkedHashMap<>();
  private final Path work;

  private FeatureReuseBenchmark(String[] a) throws IOException {
    work = Files.createTempDirectory("feature-reuse");
    common.put("root", a[0]);
    common.put("train", a[1]);
    common.put("valid", a[2]);
    common.put("test", a[3]);
    common.put("tasks", List.of(a[4]));
    common.put("architecture", a.length > 5 ? a[5] : "resnet18");
    common.put("image", Map.of("size", a.length > 6 ? Integer.parseInt(a[6]) : 64));
    common.put("threads", a.length > 7 ? Integer.parseInt(a[7]) : 2);
    for (String entry : (a.length > 8 ? a[8] : PANEL).split(",")) {
      String[] parts = entry.split(":");
      panel.put(Double.parseDouble(parts[0]), Integer.parseInt(parts[1]));
    }
    common.put("cache", work.resolve("cache").toString());
    common.put("seed", 1);
  }

  /** Runs both ways and prints the table. */
  public static void main(String[] arguments) throws IOException {
    new FeatureReuseBenchmark(arguments).run();
  }

  private void run() throws IOException {
    Path run = work.resolve("embed");
    EmbedOptions embed = Options.read(common, EmbedOptions.class, "benchmark");
    // Decoding is common to both ways: the first embedding fills the pixel caches.
    Embedding.run(embed, work.resolve("warm"), Progress.SILENT);
    double pass = seconds(() -> Embedding.run(embed, run, Progress.SILENT));
    int images = 0;
    for (String part : List.of("train", "valid", "test")) {
      images += Manifest.read(path(part), path("root")).size();
    }
    System.out.printf("one forward pass over %d images: %.1f s%n%n", images, pass);
    System.out.println("| fraction | draws | images | epochs | from features | epoch by epoch |");
    System.out.println("|---|---|---|---|---|---|");
    double reused = 0;
    double looped = 0;
    for (Map.Entry<Double, Integer> group : panel.entrySet()) {
      double fast = 0;
      double slow = 0;
      int size = 0;
      for (int draw = 0; draw < group.getValue(); draw++) {
        Path subset = draw(group.getKey(), draw);
        size = Manifest.read(subset, path("root")).size();
        fast += seconds(() -> fineTune(run, subset, group.getKey(), true));
        slow += seconds(() -> fineTune(run, subset, group.getKey(), false));
      }
      System.out.printf(
          "| %s | %d | %d | %d | %.1f s | %.1f s |%n",
          group.getKey(), group.getValue(), size, EpochPlan.epochs(group.getKey()), fast, slow);
      reused += fast;
      looped += slow;
    }
    System.out.printf(
        "%nthe panel: %.1f s with the pass, %.1f s epoch by epoch: %.1f times as fast%n",
        pass + reused, looped, looped / (pass + reused));
  }

  private Path path(String key) {
    return Path.of(common.get(key).toString());
  }

  private static double seconds(Runnable work) {
    long start = Clocks.processNanos();
    work.run();
    return (Clocks.processNanos() - start) / 1e9;
  }

  private void fineTune(Path encoder, Path subset, double fraction, boolean reuse) {
    Map<String, Object> options = new LinkedHashMap<>(common);
    options.put("mode", "linear");
    options.put("encoder", encoder.toString());
    options.put("train", subset.toString());
    options.put("fraction", fraction);
    options.put("featureReuse", reuse);
    if (reuse) {
      options.put("features", encoder.toString());
    }
    FineTuning.run(
        Options.read(options, FineTuneOptions.class, "benchmark"),
        work.resolve("run-" + reuse + "-" + subset.getFileName()),
        Progress.SILENT,
        CheckpointListener.NONE,
        () -> false);
  }

  /** A share of each class, so that no draw lacks one. */
  private Path draw(double fraction, int draw) {
    Dataset train = Manifest.read(path("train"), path("root"));
    String task = ((List<?>) common.get("tasks")).getFirst().toString();
    int[] order = RandomStream.of(draw, "benchmark draw").permutation(train.size());
    Map<Label, Integer> left = new LinkedHashMap<>();
    train
        .balance(train.task(task))
        .forEach((label, n) -> left.put(label, (int) Math.ceil(n * fraction)));
    List<ImageRecord> chosen =
        java.util.Arrays.stream(order)
            .mapToObj(train.images()::get)
            .filter(image -> left.merge(image.label(train.task(task)), -1, Integer::sum) >= 0)
            .toList();
    Path file = work.resolve("draw-%s-%d.csv".formatted(fraction, draw));
    Manifest.write(train.withImages("draw", chosen), file);
    return file;
  }
}

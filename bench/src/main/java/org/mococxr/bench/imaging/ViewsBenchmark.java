package org.mococxr.bench.imaging;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.RandomStream;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.augmentation.Augmentation;
import org.mococxr.imaging.augmentation.Augmentations;
import org.mococxr.imaging.cache.PixelCache;
import org.mococxr.specs.training.FineTuneViews;
import org.mococxr.specs.training.PretrainingOptions;
import org.mococxr.specs.training.ViewOptions;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Views of 320 px made per second by one thread, out of the pixel cache. */
@State(Scope.Benchmark)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class ViewsBenchmark {
  private static final String ALL = "finetune-all";

  /** Name of the augmentation; {@value #ALL} has each of its operations half of the time. */
  @Param({"none", "chexpert", "moco_v1", "moco_v2", "finetune", ALL})
  public String augmentation;

  private TemporaryFolder folder;
  private PixelCache cache;
  private Augmentation made;
  private int count;

  /** Writes pictures and caches them. */
  @Setup
  public void open() {
    folder = new TemporaryFolder("views-benchmark");
    cache =
        PixelCache.open(
            folder.path().resolve("cache"),
            MadeUpPictures.write(folder.path(), 256),
            CacheBenchmark.GEOMETRY,
            Progress.SILENT);
    int size = CacheBenchmark.GEOMETRY.size();
    made =
        switch (augmentation) {
          case "finetune" -> Augmentations.of(FineTuneViews.DEFAULT, size);
          case ALL -> Augmentations.of(all(), size);
          default ->
              Augmentations.of(
                  PretrainingOptions.Augmentation.valueOf(augmentation.toUpperCase(Locale.ROOT)),
                  size,
                  ViewOptions.DEFAULT);
        };
  }

  private static FineTuneViews all() {
    FineTuneViews.Draw half = new FineTuneViews.Draw(0.7, 1.3, 0.5);
    return new FineTuneViews(
        new FineTuneViews.Draw(-10, 10, 0.5),
        half,
        half,
        half,
        0.5,
        FineTuneViews.Crop.RANDOM,
        null);
  }

  /** Deletes them. */
  @TearDown
  public void close() {
    cache.close();
    folder.close();
  }

  /** The view of the next picture. */
  @Benchmark
  public GreyImage view() {
    int i = count++;
    return made.apply(
        cache.image(i % cache.size()), RandomStream.of(1, "benchmark", 0, i % (1 << 20), 0));
  }
}

package org.mococxr.imaging.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntConsumer;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.RandomStream;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.augmentation.Augmentation;
import org.mococxr.imaging.augmentation.Augmentations;
import org.mococxr.imaging.cache.PixelCache;
import org.mococxr.imaging.files.ImageDecoder;
import org.mococxr.imaging.files.ImageWriter;
import org.mococxr.imaging.transform.Geometry;

/**
 * Prints images per second of one core for decoding, and for views out of the pixel cache with each
 * augmentation; and of all cores for building the cache. No options. A core's seconds are those
 * that the thread was given, so that other work on the machine spoils the figures little.
 */
public final class ImagingBenchmark {
  private static final int PICTURES = 256;
  private static final int SIZE = 320;
  private static final long WARM_NANOS = 700_000_000L;
  private static final long MEASURED_NANOS = 1_000_000_000L;

  /** Keeps the virtual machine from leaving out work whose result nobody wants. */
  private static volatile long sink;

  private ImagingBenchmark() {}

  /** Runs it all; about a minute. */
  public static void main(String[] arguments) {
    try (TemporaryFolder folder = new TemporaryFolder("imaging-benchmark")) {
      decoding();
      cacheAndViews(folder.path());
    }
  }

  private static void decoding() {
    ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());
    for (int size : new int[] {320, 512, 1024}) {
      GreyImage image = MadeUpPictures.radiograph(size, size * 5 / 4, size);
      byte[] png = ImageWriter.toPng(image);
      byte[] jpeg = ImageWriter.toJpeg(image, 0.9f);
      String what = size + " × " + size * 5 / 4 + " px";
      measure("decode PNG " + what, "images/s/core", i -> use(decoder.decode(png, "png")));
      measure("decode JPEG " + what, "images/s/core", i -> use(decoder.decode(jpeg, "jpeg")));
    }
  }

  private static void cacheAndViews(Path folder) {
    List<Path> files = MadeUpPictures.write(folder, PICTURES);
    Geometry geometry = new Geometry(Geometry.Mode.SHORTER_SIDE, SIZE);
    // The first build only warms up; the second is of the same files in another folder.
    PixelCache.open(folder.resolve("warm"), files, geometry, Progress.SILENT).close();
    long start = System.nanoTime();
    long before = processTime();
    try (PixelCache cache =
        PixelCache.open(folder.resolve("cache"), files, geometry, Progress.SILENT)) {
      print("build the cache", PICTURES * 1e9 / (processTime() - before), "images/s/core");
      print(
          "build the cache", PICTURES * 1e9 / (System.nanoTime() - start), "images/s, as elapsed");
      measure("read the cache", "images/s/core", i -> use(cache.image(i % PICTURES)));
      for (String name : Augmentations.names()) {
        views(name, cache, Augmentations.named(name, SIZE, Map.of()));
      }
      Map<String, Object> half = Map.of("min", 0.7, "max", 1.3, "probability", 0.5);
      Map<String, Object> all =
          Map.of(
              "rotation",
              Map.of("min", -10, "max", 10, "probability", 0.5),
              "contrast",
              half,
              "brightness",
              half,
              "sharpness",
              half,
              "flip",
              0.5);
      views("finetune (all, half of the time)", cache, Augmentations.named("finetune", SIZE, all));
    }
  }

  private static void views(String name, PixelCache cache, Augmentation augmentation) {
    measure(
        "views of " + SIZE + " px, " + name,
        "views/s/core",
        i ->
            use(
                augmentation.apply(
                    cache.image(i % PICTURES), RandomStream.of(1, "benchmark", 0, i, 0))));
  }

  private static void use(GreyImage image) {
    sink += image.pixels()[image.pixels().length / 2];
  }

  private static void measure(String what, String unit, IntConsumer job) {
    run(WARM_NANOS, job);
    print(what, run(MEASURED_NANOS, job), unit);
  }

  /** Repeats a job for some time of this thread's processor; how often per second of it. */
  private static double run(long nanos, IntConsumer job) {
    long start = processorTime();
    int done = 0;
    while (processorTime() - start < nanos) {
      for (int i = 0; i < 8; i++) {
        job.accept(done++);
      }
    }
    return done * 1e9 / (processorTime() - start);
  }

  /** Of all threads of the process. */
  private static long processTime() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static long processorTime() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static void print(String what, double rate, String unit) {
    System.out.printf(Locale.ROOT, "%-50s %9.0f %s%n", what, rate, unit);
  }
}

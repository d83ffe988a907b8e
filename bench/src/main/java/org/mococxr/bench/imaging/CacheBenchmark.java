package org.mococxr.bench.imaging;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.mococxr.bench.Clocks;
import org.mococxr.foundation.Progress;
import org.mococxr.imaging.cache.PixelCache;
import org.mococxr.imaging.transform.Geometry;

/** Prints pictures per second of building the pixel cache on all cores. No options. */
public final class CacheBenchmark {
  static final Geometry GEOMETRY = Geometry.shorterSide(320);
  private static final int PICTURES = 256;

  private CacheBenchmark() {}

  /** Builds one cache to warm up and another of the same files. */
  public static void main(String[] arguments) {
    try (TemporaryFolder folder = new TemporaryFolder("cache-benchmark")) {
      List<Path> files = MadeUpPictures.write(folder.path(), PICTURES);
      build(folder.path().resolve("warm"), files);
      long start = System.nanoTime();
      long before = Clocks.processNanos();
      build(folder.path().resolve("cache"), files);
      long core = Clocks.processNanos() - before;
      System.out.printf(
          Locale.ROOT,
          "build the cache: %.0f images/s/core, %.0f images/s as elapsed%n",
          PICTURES * 1e9 / core,
          PICTURES * 1e9 / (System.nanoTime() - start));
    }
  }

  private static void build(Path folder, List<Path> files) {
    PixelCache.open(folder, files, GEOMETRY, Progress.SILENT).close();
  }
}

package org.mococxr.learning.features;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.Folders;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.RandomStream;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.augmentation.Augmentation;
import org.mococxr.imaging.augmentation.Augmentations;
import org.mococxr.imaging.cache.PixelCache;
import org.mococxr.learning.engine.FeatureSource;
import org.mococxr.learning.state.io.Npy;

/** Makes feature stores: one forward pass over all images, once per encoder and image list. */
public final class FeatureStores {
  private static final String FOLDER = "features";

  /** Rows between writes; bounds the memory of a long list. */
  private static final int CHUNK = 4096;

  private FeatureStores() {}

  /** The store in a folder, or in the folder {@code features} of a run. */
  public static FeatureStore locate(Path folder) {
    boolean direct = Files.exists(folder.resolve(FeatureStore.DESCRIPTION));
    Path store = direct ? folder : folder.resolve(FOLDER);
    if (!Files.exists(store.resolve(FeatureStore.DESCRIPTION))) {
      throw UserErrorException.at(
          folder, "there are no features in it", "expected a folder that 'mococxr embed' wrote");
    }
    return FeatureStore.open(store);
  }

  /**
   * The store of these images under an encoder, from the cache or computed now. Two processes that
   * ask at once compute it once.
   *
   * @param cache holds pixel caches and feature stores
   * @param parts of one data set; images that are in several are computed once
   */
  public static FeatureStore ensure(
      Path cache, Encoder encoder, List<Dataset> parts, Progress progress) {
    Map<String, Path> files = files(parts);
    Encoder.Description d = encoder.description();
    try (PixelCache pixels = pixels(cache, d, files, progress)) {
      String sources = sources(files, pixels);
      String key =
          Digests.sha256(
              String.join(
                      "\n",
                      d.digest(),
                      d.normalisation().toString(),
                      d.geometry().toString(),
                      Integer.toString(d.imageSize()),
                      sources)
                  .getBytes(StandardCharsets.UTF_8));
      Path store = cache.resolve(FOLDER).resolve(key.substring(0, 32));
      Files.createDirectories(store.getParent());
      Path lock = store.resolveSibling("." + store.getFileName() + ".lock");
      // One lock a JVM: a second thread would get an exception instead of waiting.
      synchronized (FeatureStores.class) {
        try (FileChannel channel =
                FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock held = channel.lock()) {
          if (!Files.exists(store.resolve(FeatureStore.DESCRIPTION))) {
            compute(
                store,
                d,
                encoder::extractor,
                List.copyOf(files.keySet()),
                pixels,
                sources,
                progress);
          }
        }
      }
      return FeatureStore.open(store);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Computes the store of these images in a run's folder.
   *
   * @param target becomes the store
   * @param cache holds the pixel caches
   */
  public static FeatureStore compute(
      Path target, Path cache, Encoder encoder, List<Dataset> parts, Progress progress) {
    return compute(target, cache, encoder.description(), encoder::extractor, parts, progress);
  }

  /** As above, of any encoder. */
  static FeatureStore compute(
      Path target,
      Path cache,
      Encoder.Description encoder,
      Supplier<FeatureSource> source,
      List<Dataset> parts,
      Progress progress) {
    Map<String, Path> files = files(parts);
    try (PixelCache pixels = pixels(cache, encoder, files, progress)) {
      String sources = sources(files, pixels);
      if (Files.exists(target.resolve(FeatureStore.DESCRIPTION))) {
        FeatureStore found = FeatureStore.open(target);
        if (found.description().sources().equals(sources)
            && found.description().encoder().equals(encoder.digest())) {
          return found;
        }
        throw UserErrorException.at(
            target, "it holds features of other images or another encoder", "an empty folder");
      }
      Files.createDirectories(target.toAbsolutePath().getParent());
      compute(target, encoder, source, List.copyOf(files.keySet()), pixels, sources, progress);
      return FeatureStore.open(target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Path> files(List<Dataset> parts) {
    Map<String, Path> files = new LinkedHashMap<>();
    for (Dataset part : parts) {
      for (ImageRecord image : part.images()) {
        files.putIfAbsent(image.path(), part.file(image));
      }
    }
    return files;
  }

  private static PixelCache pixels(
      Path cache, Encoder.Description encoder, Map<String, Path> files, Progress progress) {
    return PixelCache.open(
        cache.resolve("pixels"), List.copyOf(files.values()), encoder.geometry(), progress);
  }

  private static String sources(Map<String, Path> files, PixelCache pixels) {
    StringBuilder all = new StringBuilder();
    int i = 0;
    for (String path : files.keySet()) {
      all.append(path).append('\n').append(pixels.sourceDigest(i++)).append('\n');
    }
    return Digests.sha256(all.toString());
  }

  private static void compute(
      Path target,
      Encoder.Description d,
      Supplier<FeatureSource> source,
      List<String> paths,
      PixelCache pixels,
      String sources,
      Progress progress)
      throws IOException {
    Folders.write(
        target,
        beside -> {
          writeArray(beside.resolve(FeatureStore.ARRAY), d, source, pixels, progress);
          Files.write(beside.resolve(FeatureStore.IMAGES), paths, StandardCharsets.UTF_8);
          Json.write(
              beside.resolve(FeatureStore.DESCRIPTION),
              new FeatureStore.Description(
                  d.digest(),
                  d.normalisation(),
                  d.geometry(),
                  d.imageSize(),
                  paths.size(),
                  d.featureDimension(),
                  sources));
        });
  }

  private static void writeArray(
      Path file,
      Encoder.Description d,
      Supplier<FeatureSource> source,
      PixelCache pixels,
      Progress progress)
      throws IOException {
    Augmentation centre = Augmentations.centre(d.imageSize());
    RandomStream unused = RandomStream.of(0, "centre crop");
    int n = pixels.size();
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        OutputStream out =
            new BufferedOutputStream(java.nio.channels.Channels.newOutputStream(channel));
        FeatureSource extractor = source.get()) {
      Npy.writeFloatHeader(out, n, d.featureDimension());
      for (int from = 0; from < n; from += CHUNK) {
        int start = from;
        int count = Math.min(CHUNK, n - from);
        float[] rows =
            extractor.features(
                count,
                i -> centre.apply(pixels.image(start + i), unused),
                (stage, done, total, figures) -> progress.update(stage, start + done, n, figures));
        ByteBuffer bytes = ByteBuffer.allocate(rows.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(rows);
        out.write(bytes.array());
      }
      out.flush();
      channel.force(true);
    }
  }
}

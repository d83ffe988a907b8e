package org.mococxr.imaging.cache;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.files.ImageDecoder;
import org.mococxr.imaging.transform.Geometry;

/**
 * The pictures of a training set, decoded and resized once into one memory-mapped file of 8-bit
 * greyscale. Reading a picture is a copy; any number of threads may read.
 */
public final class PixelCache implements AutoCloseable {
  private volatile CacheFile file;

  private PixelCache(CacheFile file) {
    this.file = file;
  }

  /**
   * Opens the cache of these pictures, building it first if it is not there or is damaged. The file
   * is named by the digests of the sources, in their order, and the geometry: a changed picture
   * makes another cache, and the old file stays until somebody deletes it. On opening, the file's
   * length and table are verified, and its pixels too up to 4 GiB; each picture of a larger file is
   * verified when it is first read.
   *
   * @param cacheFolder shared by all caches; created if absent
   * @param sources picture files; picture i of the cache is source i
   * @throws UserErrorException naming the pictures that cannot be decoded
   */
  public static PixelCache open(
      Path cacheFolder, List<Path> sources, Geometry geometry, Progress progress) {
    return open(
        cacheFolder, sources, geometry, new ImageDecoder(DecodeLimits.defaults()), progress);
  }

  /** As above, with the decoder's limits and options. */
  public static PixelCache open(
      Path cacheFolder,
      List<Path> sources,
      Geometry geometry,
      ImageDecoder decoder,
      Progress progress) {
    if (sources.isEmpty()) {
      throw new UserErrorException(
          "pixel cache", "there are no pictures", "at least one picture is expected");
    }
    return new PixelCache(new CacheFolder(cacheFolder, decoder).open(sources, geometry, progress));
  }

  /**
   * The cache of these pictures, if it is there and whole. Nothing is built.
   *
   * @param sources as {@link #open} was given them
   */
  public static Optional<PixelCache> find(
      Path cacheFolder, List<Path> sources, Geometry geometry, Progress progress) {
    ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());
    return new CacheFolder(cacheFolder, decoder)
        .find(sources, geometry, progress)
        .map(PixelCache::new);
  }

  /** Pictures in the cache. */
  public int size() {
    return opened().size();
  }

  /** Picture i in the cache's geometry. */
  public GreyImage image(int i) {
    return opened().image(i);
  }

  /** SHA-256 of source file i, in hexadecimal. */
  public String sourceDigest(int i) {
    return opened().sourceDigest(i);
  }

  private CacheFile opened() {
    CacheFile current = file;
    if (current == null) {
      throw new IllegalStateException("the pixel cache is closed");
    }
    return current;
  }

  /** Lets go of the memory map, which the garbage collector then undoes. */
  @Override
  public void close() {
    file = null;
  }
}

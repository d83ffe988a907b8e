package org.mococxr.imaging.cache;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.files.ImageDecoder;
import org.mococxr.imaging.transform.Geometry;

/**
 * A folder of cache files, each named by the digest of its sources and geometry, so that the same
 * pictures are decoded once however many runs want them.
 *
 * <p>Writers of one file wait for each other by a lock (threads by a Java lock, processes by a file
 * lock). Where the file system has no locks, both write the same content and the last rename wins:
 * slower, not wrong.
 */
public final class CacheFolder {
  private static final ConcurrentHashMap<Path, ReentrantLock> WRITERS = new ConcurrentHashMap<>();

  private final Path folder;
  private final ImageDecoder decoder;

  /**
   * @param folder created if it is absent
   * @param decoder of the sources
   */
  public CacheFolder(Path folder, ImageDecoder decoder) {
    this.folder = folder.toAbsolutePath().normalize();
    this.decoder = decoder;
  }

  /** The verified cache of these pictures; built if it is absent or damaged. */
  public CacheFile open(List<Path> sources, Geometry geometry, Progress progress) {
    try {
      Files.createDirectories(folder);
      List<byte[]> digests = SourceDigests.of(folder, sources, progress);
      Path target = folder.resolve(CacheLayout.key(geometry, digests) + ".pixels");
      CacheFile present = openIfPresent(target, geometry, digests, progress);
      if (present != null) {
        return present;
      }
      ReentrantLock writer = WRITERS.computeIfAbsent(target, path -> new ReentrantLock());
      writer.lock();
      try (FileChannel channel =
          FileChannel.open(
              target.resolveSibling(target.getFileName() + ".lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE)) {
        boolean alone = lock(channel);
        present = openIfPresent(target, geometry, digests, progress);
        if (present != null) {
          return present;
        }
        if (alone) {
          deleteUnfinished(target);
        }
        new CacheBuilder(decoder, geometry, progress).build(target, sources, digests);
        return openIfPresent(target, geometry, digests, progress);
      } finally {
        writer.unlock();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the pixel cache in " + folder + " cannot be used", e);
    }
  }

  /** The verified cache of these pictures, if it is there. */
  Optional<CacheFile> find(List<Path> sources, Geometry geometry, Progress progress) {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try {
      List<byte[]> digests = SourceDigests.of(folder, sources, progress);
      Path target = folder.resolve(CacheLayout.key(geometry, digests) + ".pixels");
      return Optional.ofNullable(openIfPresent(target, geometry, digests, progress));
    } catch (UserErrorException e) {
      // A picture that cannot be read is in no cache.
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("the pixel cache in " + folder + " cannot be used", e);
    }
  }

  private static CacheFile openIfPresent(
      Path target, Geometry geometry, List<byte[]> digests, Progress progress) throws IOException {
    return Files.exists(target) ? CacheFile.open(target, geometry, digests, progress) : null;
  }

  /** Whether the lock is ours; it is given back with the channel. */
  private static boolean lock(FileChannel channel) {
    try {
      FileLock lock = channel.lock();
      return lock.isValid();
    } catch (IOException e) {
      return false;
    }
  }

  /** What an interrupted writer left; with the lock held, nobody is writing it any more. */
  private static void deleteUnfinished(Path target) throws IOException {
    String glob = target.getFileName() + ".*" + CacheFile.UNFINISHED;
    try (DirectoryStream<Path> left = Files.newDirectoryStream(target.getParent(), glob)) {
      for (Path file : left) {
        Files.deleteIfExists(file);
      }
    }
  }
}

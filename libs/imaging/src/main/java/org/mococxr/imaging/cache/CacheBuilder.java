package org.mococxr.imaging.cache;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.files.ImageDecoder;
import org.mococxr.imaging.files.PictureFile;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.imaging.transform.Transform;

/**
 * Decodes and resizes pictures in parallel into a cache file: written beside its place, forced to
 * disk and renamed, so that a cache is there whole or not at all.
 */
final class CacheBuilder {
  /** More unreadable pictures than this end the work at once. */
  private static final int MOST_FAILURES = 20;

  private final ImageDecoder decoder;
  private final Geometry geometry;
  private final Progress progress;

  CacheBuilder(ImageDecoder decoder, Geometry geometry, Progress progress) {
    this.decoder = decoder;
    this.geometry = geometry;
    this.progress = progress;
  }

  void build(Path target, List<Path> sources, List<byte[]> digests) {
    Path beside =
        target.resolveSibling(
            target.getFileName() + "." + UUID.randomUUID() + CacheFile.UNFINISHED);
    try {
      try {
        fill(beside, sources, digests);
        Files.move(
            beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(beside);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the pixel cache " + target, e);
    }
  }

  private void fill(Path file, List<Path> sources, List<byte[]> digests) throws IOException {
    CacheLayout.Entry[] entries = new CacheLayout.Entry[sources.size()];
    Transform resize = geometry.transform();
    Queue<UserErrorException> failures = new ConcurrentLinkedQueue<>();
    AtomicLong end = new AtomicLong(CacheLayout.tableEnd(entries.length));
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      Parallel.forEach(
          entries.length,
          "decoding images",
          progress,
          i -> {
            try {
              entries[i] = write(channel, end, sources.get(i), resize, digests.get(i));
            } catch (UserErrorException e) {
              failures.add(e);
              if (failures.size() >= MOST_FAILURES) {
                throw summary(failures);
              }
            }
          });
      if (!failures.isEmpty()) {
        throw summary(failures);
      }
      writeFully(channel, CacheLayout.write(geometry, entries, end.get()), 0);
      channel.force(true);
    }
  }

  private CacheLayout.Entry write(
      FileChannel channel, AtomicLong end, Path source, Transform resize, byte[] expected) {
    PictureFile picture = PictureFile.of(source);
    byte[] bytes = decoder.read(picture.file());
    // Otherwise the file's content would not be what its name says.
    byte[] found = SourceDigests.ofFrame(Digests.sha256().digest(bytes), picture.frame());
    if (!MessageDigest.isEqual(found, expected)) {
      throw UserErrorException.at(
          source, "the picture changed while it was being read", "start again when it is complete");
    }
    GreyImage image = resize.apply(decoder.decode(bytes, picture));
    long offset = end.getAndAdd(image.pixels().length);
    try {
      writeFully(channel, ByteBuffer.wrap(image.pixels()), offset);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new CacheLayout.Entry(
        offset, image.width(), image.height(), CacheLayout.crc(image.pixels()), expected);
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes, long at)
      throws IOException {
    long position = at;
    while (bytes.hasRemaining()) {
      position += channel.write(bytes, position);
    }
  }

  /** One error for many: the first ones in full, and how many there are. */
  private static UserErrorException summary(Queue<UserErrorException> failures) {
    UserErrorException first = failures.peek();
    if (failures.size() == 1) {
      return first;
    }
    List<String> places =
        failures.stream().map(UserErrorException::location).sorted().limit(MOST_FAILURES).toList();
    return new UserErrorException(
        first.location(),
        first.problem() + "; in all " + failures.size() + " pictures failed: " + places,
        first.remedy(),
        first);
  }
}

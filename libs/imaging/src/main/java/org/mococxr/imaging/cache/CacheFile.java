package org.mococxr.imaging.cache;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.mococxr.foundation.Progress;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.transform.Geometry;

/** A cache file mapped into memory for reading, by many threads at once. */
public final class CacheFile {
  static final String UNFINISHED = ".tmp";

  /** Java maps at most 2 GiB at once; pictures never straddle two maps. */
  private static final long MAP = 1L << 30;

  /** Larger files are checked picture by picture when first read, not wholly when opened. */
  private static final long CHECKED_AT_ONCE = 4L << 30;

  private final CacheLayout.Entry[] entries;
  private final MappedByteBuffer[] maps;
  private final int[] mapOf;
  private final long[] mapStart;
  private final AtomicIntegerArray checked;

  private CacheFile(
      CacheLayout.Entry[] entries, MappedByteBuffer[] maps, int[] mapOf, long[] mapStart) {
    this.entries = entries;
    this.maps = maps;
    this.mapOf = mapOf;
    this.mapStart = mapStart;
    this.checked = new AtomicIntegerArray(entries.length);
  }

  /** Opens and verifies a file; null if it is damaged, cut short or of other pictures. */
  static CacheFile open(Path file, Geometry geometry, List<byte[]> sources, Progress progress)
      throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long length = channel.size();
      long tableEnd = CacheLayout.tableEnd(sources.size());
      if (length < tableEnd || tableEnd > Integer.MAX_VALUE - 8) {
        return null;
      }
      ByteBuffer table = ByteBuffer.allocate((int) tableEnd);
      while (table.hasRemaining() && channel.read(table, table.position()) >= 0) {}
      CacheLayout.Entry[] entries = CacheLayout.read(table, length, geometry, sources);
      if (entries == null) {
        return null;
      }
      CacheFile opened = map(channel, entries);
      return length > CHECKED_AT_ONCE || opened.verify(progress) ? opened : null;
    }
  }

  private static CacheFile map(FileChannel channel, CacheLayout.Entry[] entries)
      throws IOException {
    Integer[] order = new Integer[entries.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingLong(i -> entries[i].offset()));
    List<MappedByteBuffer> maps = new ArrayList<>();
    List<Long> starts = new ArrayList<>();
    int[] mapOf = new int[entries.length];
    int from = 0;
    while (from < order.length) {
      long start = entries[order[from]].offset();
      long end = start;
      int next = from;
      while (next < order.length && (next == from || endOf(entries[order[next]]) - start <= MAP)) {
        end = Math.max(end, endOf(entries[order[next]]));
        mapOf[order[next]] = maps.size();
        next++;
      }
      maps.add(channel.map(FileChannel.MapMode.READ_ONLY, start, end - start));
      starts.add(start);
      from = next;
    }
    long[] mapStart = starts.stream().mapToLong(Long::longValue).toArray();
    return new CacheFile(entries, maps.toArray(MappedByteBuffer[]::new), mapOf, mapStart);
  }

  private static long endOf(CacheLayout.Entry entry) {
    return entry.offset() + entry.length();
  }

  private boolean verify(Progress progress) {
    try {
      Parallel.forEach(entries.length, "verifying the pixel cache", progress, this::image);
      return true;
    } catch (DamagedException e) {
      return false;
    }
  }

  /** Pictures in the file. */
  public int size() {
    return entries.length;
  }

  /** SHA-256 of the source of a picture, in hexadecimal. */
  public String sourceDigest(int i) {
    return HexFormat.of().formatHex(entries[i].source());
  }

  /** A copy of a picture out of the map; the first reading checks it. */
  public GreyImage image(int i) {
    CacheLayout.Entry entry = entries[i];
    byte[] pixels = new byte[entry.length()];
    maps[mapOf[i]].get((int) (entry.offset() - mapStart[mapOf[i]]), pixels);
    if (checked.get(i) == 0) {
      if (CacheLayout.crc(pixels) != entry.crc()) {
        throw new DamagedException(i);
      }
      checked.set(i, 1);
    }
    return new GreyImage(entry.width(), entry.height(), pixels);
  }

  /** Pixels that are not what was written: the disk's fault or someone wrote into the file. */
  static final class DamagedException extends UncheckedIOException {
    private static final long serialVersionUID = 1L;

    DamagedException(int picture) {
      super(new IOException("picture " + picture + " of the pixel cache is damaged"));
    }
  }
}

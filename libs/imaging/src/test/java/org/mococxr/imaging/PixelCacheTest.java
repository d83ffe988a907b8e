package org.mococxr.imaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.cache.PixelCache;
import org.mococxr.imaging.files.ImageDecoder;
import org.mococxr.imaging.files.ImageWriter;
import org.mococxr.imaging.testing.Pictures;
import org.mococxr.imaging.transform.Geometry;

class PixelCacheTest {
  private static final Geometry SHORTER = Geometry.shorterSide(32);

  @TempDir Path folder;
  private Path cache;
  private final List<Path> sources = new ArrayList<>();

  @BeforeEach
  void writePictures() {
    cache = folder.resolve("cache");
    for (int i = 0; i < 12; i++) {
      Path file = folder.resolve("p" + i + ".png");
      ImageWriter.writePng(Pictures.smooth(50 + 3 * i, 70 - i, i), file);
      sources.add(file);
    }
  }

  @Test
  void givesTheDecodedAndResizedPicturesInTheirOrder() {
    try (PixelCache pixels = PixelCache.open(cache, sources, SHORTER, Progress.SILENT)) {
      assertEquals(sources.size(), pixels.size());
      for (int i = 0; i < pixels.size(); i++) {
        GreyImage decoded = new ImageDecoder(DecodeLimits.defaults()).decode(sources.get(i));
        assertEquals(SHORTER.transform().apply(decoded), pixels.image(i));
      }
    }
  }

  @Test
  void decodesNothingTheSecondTime() {
    PixelCache.open(cache, sources, SHORTER, Progress.SILENT).close();
    assertFalse(stagesOfOpening(SHORTER).contains("decoding images"));
  }

  @Test
  void isFoundOnlyWhereItIsThereAndNothingIsBuiltForThat() throws IOException {
    assertTrue(PixelCache.find(cache, sources, SHORTER, Progress.SILENT).isEmpty());
    try (PixelCache built = PixelCache.open(cache, sources, SHORTER, Progress.SILENT);
        PixelCache found =
            PixelCache.find(cache, sources, SHORTER, Progress.SILENT).orElseThrow()) {
      assertEquals(built.image(5), found.image(5));
    }
    Geometry other = Geometry.square(32);
    assertTrue(PixelCache.find(cache, sources, other, Progress.SILENT).isEmpty());
    Files.delete(sources.get(0));
    assertTrue(PixelCache.find(cache, sources, SHORTER, Progress.SILENT).isEmpty());
    assertEquals(1, files(".pixels"));
  }

  @Test
  void anotherGeometryOrAChangedPictureMakesAnotherCache() throws IOException {
    PixelCache.open(cache, sources, SHORTER, Progress.SILENT).close();
    assertTrue(stagesOfOpening(Geometry.square(32)).contains("decoding images"));
    ImageWriter.writePng(Pictures.smooth(50, 70, 99), sources.get(0));
    // The same size and time as before must not fool it: the file itself is another.
    Files.setLastModifiedTime(sources.get(0), FileTime.fromMillis(1_700_000_000_000L));
    assertTrue(stagesOfOpening(SHORTER).contains("decoding images"));
    assertEquals(3, files(".pixels"));
  }

  @Test
  void aDamagedOrTruncatedCacheIsBuiltAgain() throws IOException {
    GreyImage expected;
    try (PixelCache pixels = PixelCache.open(cache, sources, SHORTER, Progress.SILENT)) {
      expected = pixels.image(5);
    }
    Path file = onlyCacheFile();
    long length = Files.size(file);
    for (long position : new long[] {3, 40, CacheEnds.HEAD + 12L * CacheEnds.ENTRY, length - 1}) {
      try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
        raw.seek(position);
        int value = raw.read();
        raw.seek(position);
        raw.write(value ^ 1);
      }
      assertTrue(stagesOfOpening(SHORTER).contains("decoding images"), "byte " + position);
    }
    try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
      raw.setLength(length / 2);
    }
    try (PixelCache pixels = PixelCache.open(cache, sources, SHORTER, Progress.SILENT)) {
      assertEquals(expected, pixels.image(5));
    }
  }

  @Test
  void whatAnInterruptedWriterLeftIsRemoved() throws IOException {
    PixelCache.open(cache, sources, SHORTER, Progress.SILENT).close();
    Path file = onlyCacheFile();
    Files.delete(file);
    Files.writeString(cache.resolve(file.getFileName() + ".1234.tmp"), "half a cache");
    PixelCache.open(cache, sources, SHORTER, Progress.SILENT).close();
    assertEquals(0, files(".tmp"));
    assertEquals(1, files(".pixels"));
  }

  @Test
  void concurrentOpenersDecodeEachPictureOnce() throws InterruptedException {
    AtomicInteger decoded = new AtomicInteger();
    List<GreyImage> seen = new CopyOnWriteArrayList<>();
    List<Thread> openers = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      openers.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    Progress progress =
                        (stage, done, total, figures) -> {
                          if (stage.equals("decoding images") && done == total) {
                            decoded.incrementAndGet();
                          }
                        };
                    try (PixelCache pixels = PixelCache.open(cache, sources, SHORTER, progress)) {
                      seen.add(pixels.image(7));
                    }
                  }));
    }
    for (Thread opener : openers) {
      opener.join();
    }
    assertEquals(1, decoded.get());
    assertEquals(4, seen.size());
    assertEquals(1, seen.stream().distinct().count());
  }

  @Test
  void undecodablePicturesAreTheUsersErrorAndLeaveNothing() throws IOException {
    Files.writeString(sources.get(3), "not a picture");
    Files.writeString(sources.get(8), "nor this");
    UserErrorException error =
        assertThrows(
            UserErrorException.class,
            () -> PixelCache.open(cache, sources, SHORTER, Progress.SILENT));
    assertTrue(error.getMessage().contains("p3.png"), error.getMessage());
    assertTrue(error.getMessage().contains("p8.png"), error.getMessage());
    assertEquals(0, files(".tmp"));
    assertEquals(0, files(".pixels"));
  }

  @Test
  void pathsOfSourcesAreNotWrittenIntoTheCacheFolder() throws IOException {
    for (Path source : sources) {
      Files.setLastModifiedTime(source, FileTime.fromMillis(1_700_000_000_000L));
    }
    PixelCache.open(cache, sources, SHORTER, Progress.SILENT).close();
    String remembered = Files.readString(cache.resolve("source-digests"));
    assertEquals(sources.size(), remembered.lines().count());
    assertFalse(remembered.contains("png"));
  }

  @Test
  void theSourcesDigestIsSha256() {
    try (PixelCache pixels = PixelCache.open(cache, sources, SHORTER, Progress.SILENT)) {
      assertTrue(pixels.sourceDigest(0).matches("[0-9a-f]{64}"));
    }
  }

  private List<String> stagesOfOpening(Geometry geometry) {
    List<String> stages = new CopyOnWriteArrayList<>();
    PixelCache.open(cache, sources, geometry, (stage, done, total, figures) -> stages.add(stage))
        .close();
    return stages;
  }

  private long files(String suffix) throws IOException {
    if (!Files.exists(cache)) {
      return 0;
    }
    try (var list = Files.list(cache)) {
      return list.filter(file -> file.toString().endsWith(suffix)).count();
    }
  }

  private Path onlyCacheFile() throws IOException {
    try (var list = Files.list(cache)) {
      return list.filter(file -> file.toString().endsWith(".pixels")).findFirst().orElseThrow();
    }
  }

  /** The layout that the file's documentation promises. */
  private static final class CacheEnds {
    static final int HEAD = 32;
    static final int ENTRY = 56;
  }
}

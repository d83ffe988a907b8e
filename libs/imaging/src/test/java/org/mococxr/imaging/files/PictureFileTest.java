package org.mococxr.imaging.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.cache.PixelCache;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.testkit.DicomBuilder;

/** A frame of a file, as manifests name it. */
class PictureFileTest {
  @TempDir Path folder;

  /** Three frames of 8 by 8: levels grow to the right, downwards, to the left. */
  private Path threeFrames(String name) throws IOException {
    int[] values =
        IntStream.range(0, 3 * 64)
            .map(i -> i < 64 ? i % 8 * 30 : i < 128 ? i / 8 % 8 * 30 : (7 - i % 8) * 30)
            .toArray();
    return Files.write(
        folder.resolve(name),
        DicomBuilder.grey("1.2.840.10008.1.2.1", 8, 8, 8, 8, false, values)
            .text(0x00280008, "IS", "3")
            .build());
  }

  @Test
  void aNumberBehindAMarkIsAFrame() throws IOException {
    Path file = threeFrames("a.dcm");
    assertEquals(new PictureFile(file, OptionalInt.empty()), PictureFile.of(file));
    Path third = folder.resolve(PictureFile.path("a.dcm", 2));
    assertEquals(new PictureFile(file, OptionalInt.of(3)), PictureFile.of(third));
    assertEquals("a.dcm", PictureFile.path("a.dcm", 0));
    Path own = Files.write(folder.resolve("a.png#3"), new byte[0]);
    assertEquals(new PictureFile(own, OptionalInt.empty()), PictureFile.of(own));
  }

  @Test
  void everyFrameIsDecodedByItsPath() throws IOException {
    Path file = threeFrames("a.dcm");
    ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());
    assertTrue(decoder.decode(file).at(7, 0) > decoder.decode(file).at(0, 0));
    Path second = folder.resolve("a.dcm#2");
    assertTrue(decoder.decode(second).at(0, 7) > decoder.decode(second).at(0, 0));
    Path third = folder.resolve("a.dcm#3");
    assertTrue(decoder.decode(third).at(0, 0) > decoder.decode(third).at(7, 0));
    assertThrows(UserErrorException.class, () -> decoder.decode(folder.resolve("a.dcm#4")));
    assertTrue(decoder.look(second).notes().toString().contains("frame 2 is taken of 3"));
  }

  @Test
  void framesOfAFileAreDifferentPicturesOfACache() throws IOException {
    Path file = threeFrames("a.dcm");
    Geometry geometry = Geometry.square(8);
    List<Path> frames = List.of(file, folder.resolve("a.dcm#2"), file);
    try (PixelCache cache =
        PixelCache.open(folder.resolve("cache"), frames, geometry, Progress.SILENT)) {
      assertNotEquals(cache.sourceDigest(0), cache.sourceDigest(1));
      assertEquals(cache.sourceDigest(0), cache.sourceDigest(2));
      assertNotEquals(cache.image(0), cache.image(1));
      assertEquals(cache.image(0), cache.image(2));
    }
  }
}

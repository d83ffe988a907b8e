package org.mococxr.imaging.files;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.DecoderGuard;
import org.mococxr.imaging.codec.PngWriter;
import org.mococxr.imaging.testing.Allocation;
import org.mococxr.imaging.testing.Jpeg2000Files;
import org.mococxr.imaging.testing.LosslessJpegFiles;
import org.mococxr.imaging.testing.Pictures;
import org.mococxr.testkit.DicomBuilder;

/** Small files that ask for large pictures are refused before anything large is allocated. */
class BombsTest {
  private static final long MOST_ALLOCATED = 8L << 20;
  private static final int SIDE = 7900;

  private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());

  @TestFactory
  Stream<DynamicTest> aFewBytesNeverAllocateALargePicture() {
    Map<String, byte[]> bombs = new LinkedHashMap<>();
    bombs.put("PNG", png());
    bombs.put("JPEG", jpeg(0xC0, 8));
    bombs.put("progressive JPEG", jpeg(0xC2, 8));
    bombs.put("JPEG 2000", compressed("1.2.840.10008.1.2.4.90", jpeg2000()));
    bombs.put("JPEG 2000 of tiny blocks", compressed("1.2.840.10008.1.2.4.90", tinyBlocks()));
    bombs.put("JPEG-LS", compressed("1.2.840.10008.1.2.4.80", jpegLs()));
    bombs.put("lossless JPEG", compressed("1.2.840.10008.1.2.4.70", lossless()));
    bombs.put("12-bit JPEG", compressed("1.2.840.10008.1.2.4.51", jpeg(0xC1, 12)));
    bombs.put("RLE", compressed("1.2.840.10008.1.2.5", new byte[64]));
    bombs.put("uncompressed", grey("1.2.840.10008.1.2.1").build());
    bombs.put("frames", grey("1.2.840.10008.1.2.1").text(0x00280008, "IS", "2147483647").build());
    bombs.put("deflated", deflated());
    bombs.put("TIFF", tiff(SIDE, 1));
    bombs.put("TIFF of a large tile", tiff(10, 60_000));
    bombs.put("BMP", bmp());
    return bombs.entrySet().stream()
        .map(
            bomb ->
                DynamicTest.dynamicTest(
                    bomb.getKey() + " of " + bomb.getValue().length + " bytes",
                    () -> assertRefusedCheaply(bomb.getKey(), bomb.getValue())));
  }

  private void assertRefusedCheaply(String name, byte[] bomb) {
    // Once before, since loading the codec's classes allocates too.
    assertThrows(UserErrorException.class, () -> decoder.decode(bomb, name));
    long allocated =
        Allocation.of(
            () -> {
              UserErrorException error =
                  assertThrows(UserErrorException.class, () -> decoder.decode(bomb, name));
              assertTrue(error.getMessage().startsWith(name), error.getMessage());
            });
    // A deflated file may inflate to what its bytes can plausibly fill.
    long most = MOST_ALLOCATED + 300L * bomb.length;
    assertTrue(allocated < most, allocated + " bytes");
  }

  @Test
  void whateverADecoderThrowsIsTheUsersErrorNamingTheFile() {
    for (Runnable fault :
        new Runnable[] {
          () -> ByteBuffer.allocate(1).getInt(),
          () -> Arrays.asList().get(0),
          BombsTest::endless,
          () -> {
            throw new IllegalStateException("what?");
          }
        }) {
      UserErrorException error =
          assertThrows(
              UserErrorException.class,
              () ->
                  DecoderGuard.decode(
                      "a.png",
                      "PNG",
                      () -> {
                        fault.run();
                        return 0;
                      }));
      assertTrue(error.getMessage().startsWith("a.png: damaged PNG"), error.getMessage());
    }
  }

  private static void endless() {
    endless();
  }

  private static DicomBuilder grey(String syntax) {
    return DicomBuilder.grey(syntax, 16, 16, 8, 8, false, new int[256])
        .shorts(0x00280010, SIDE)
        .shorts(0x00280011, SIDE);
  }

  private static byte[] compressed(String syntax, byte[] frame) {
    return grey(syntax).fragments(new byte[0], Arrays.copyOf(frame, frame.length + 1 & ~1)).build();
  }

  private static byte[] png() {
    byte[] file = PngWriter.write(Pictures.noise(16, 16, 1));
    ByteBuffer.wrap(file).putInt(16, SIDE).putInt(20, SIDE);
    CRC32 crc = new CRC32();
    crc.update(file, 12, 17);
    ByteBuffer.wrap(file).putInt(29, (int) crc.getValue());
    return file;
  }

  private static byte[] jpeg(int frame, int bits) {
    byte[] file = ImageWriter.toJpeg(Pictures.noise(16, 16, 1), 0.8f);
    for (int i = 0; i + 9 < file.length; i++) {
      if (file[i] == (byte) 0xFF && file[i + 1] == (byte) 0xC0) {
        ByteBuffer.wrap(file).putShort(i + 5, (short) SIDE).putShort(i + 7, (short) SIDE);
        file[i + 1] = (byte) frame;
        file[i + 4] = (byte) bits;
        return file;
      }
    }
    throw new AssertionError("no frame header");
  }

  private static byte[] jpeg2000() {
    byte[] file = Jpeg2000Files.write(Pictures.smooth(16, 16, 1), true, false);
    for (int i = 0; i + 40 < file.length; i++) {
      if (file[i] == (byte) 0xFF && file[i + 1] == 0x51) {
        ByteBuffer.wrap(file).putInt(i + 6, SIDE).putInt(i + 10, SIDE);
        ByteBuffer.wrap(file).putInt(i + 22, SIDE).putInt(i + 26, SIDE);
        return file;
      }
    }
    throw new AssertionError("no SIZ marker");
  }

  /** Blocks of 4 × 4 pixels in precincts of 2 × 2. */
  private static byte[] tinyBlocks() {
    byte[] file = jpeg2000();
    for (int i = 0; i + 12 < file.length; i++) {
      if (file[i] == (byte) 0xFF && file[i + 1] == 0x52) {
        file[i + 10] = 0;
        file[i + 11] = 0;
        return file;
      }
    }
    throw new AssertionError("no COD marker");
  }

  private static byte[] jpegLs() {
    ByteBuffer file = ByteBuffer.allocate(60);
    file.putShort((short) 0xFFD8).putShort((short) 0xFFF7).putShort((short) 11).put((byte) 8);
    file.putShort((short) SIDE).putShort((short) SIDE).put((byte) 1);
    file.put((byte) 1).put((byte) 0x11).put((byte) 0);
    file.putShort((short) 0xFFDA).putShort((short) 8).put((byte) 1).put((byte) 1);
    return file.array();
  }

  private static byte[] lossless() {
    byte[] file = LosslessJpegFiles.write(new int[256], 16, 12, 1, 0, 0);
    for (int i = 0; i + 9 < file.length; i++) {
      if (file[i] == (byte) 0xFF && file[i + 1] == (byte) 0xC3) {
        ByteBuffer.wrap(file).putShort(i + 5, (short) SIDE).putShort(i + 7, (short) SIDE);
        return file;
      }
    }
    throw new AssertionError("no frame header");
  }

  private static byte[] deflated() {
    int[] zeros = new int[SIDE * SIDE];
    return DicomBuilder.grey("1.2.840.10008.1.2.1.99", SIDE, SIDE, 8, 8, false, zeros).build();
  }

  private static byte[] tiff(int side, int tile) {
    int[][] entries = {
      {256, side},
      {257, side},
      {258, 8},
      {259, 1},
      {262, 1},
      {277, 1},
      {322, tile},
      {323, tile},
      {324, 8},
      {325, 8}
    };
    ByteBuffer file = ByteBuffer.allocate(14 + 12 * entries.length);
    file.order(ByteOrder.LITTLE_ENDIAN);
    file.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(8);
    file.putShort((short) entries.length);
    for (int[] entry : entries) {
      file.putShort((short) entry[0]).putShort((short) 4).putInt(1).putInt(entry[1]);
    }
    return file.array();
  }

  private static byte[] bmp() {
    ByteBuffer file = ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN);
    file.put((byte) 'B').put((byte) 'M').putInt(100).putInt(0).putInt(54).putInt(40);
    file.putInt(SIDE).putInt(-SIDE).putShort((short) 1).putShort((short) 24);
    return file.array();
  }
}

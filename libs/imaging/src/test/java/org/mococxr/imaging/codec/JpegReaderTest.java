package org.mococxr.imaging.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.testing.Pictures;

class JpegReaderTest {
  private static final int WIDTH = 48;
  private static final int HEIGHT = 32;

  /** The picture that every file here shows: plain quarters, which JPEG keeps nearly exactly. */
  private static int grey(int x, int y) {
    return 40 + (x * 2 / WIDTH) * 60 + (y * 2 / HEIGHT) * 110;
  }

  @Test
  void readsBaselineGrey() throws IOException {
    assertShowsQuarters(jpeg(false, (x, y) -> new int[] {grey(x, y)}), 2);
  }

  @Test
  void readsProgressiveGrey() throws IOException {
    byte[] file = jpeg(true, (x, y) -> new int[] {grey(x, y)});
    assertEquals(2, JpegHeader.read(file, "test").process());
    assertShowsQuarters(file, 2);
  }

  @Test
  void takesTheLuminanceOfYCbCr() throws IOException {
    byte[] file = jpeg(false, (x, y) -> new int[] {grey(x, y), 128, 128});
    assertShowsQuarters(insert(file, adobe(1)), 2);
    assertShowsQuarters(file, 2);
  }

  @Test
  void weighsRedGreenAndBlueWhereAdobeSaysSo() throws IOException {
    byte[] file = insert(jpeg(false, (x, y) -> new int[] {200, 100, 50}), adobe(0));
    GreyImage image = JpegReader.read(file, "test", DecodeLimits.defaults());
    assertEquals(0.299 * 200 + 0.587 * 100 + 0.114 * 50, image.at(20, 20), 2);
  }

  @Test
  void readsCmykPlainAndInvertedAsAdobeStoresIt() throws IOException {
    byte[] plain = jpeg(false, (x, y) -> new int[] {0, 0, 0, 255 - grey(x, y)});
    assertShowsQuarters(plain, 3);
    byte[] adobe = jpeg(false, (x, y) -> new int[] {255, 255, 255, grey(x, y)});
    assertShowsQuarters(insert(adobe, adobe(0)), 3);
  }

  @Test
  void readsYcckAsAdobeStoresIt() throws IOException {
    // No inks but black: inverted C = M = Y = 255, which as the complement's YCC is Y 0.
    byte[] file = jpeg(false, (x, y) -> new int[] {0, 128, 128, grey(x, y)});
    assertShowsQuarters(insert(file, adobe(2)), 3);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void exifOrientationIsUndone(int orientation) throws IOException {
    // What a camera held that way would have stored, by the standard's table of rows and columns.
    boolean turned = orientation >= 5;
    int width = turned ? HEIGHT : WIDTH;
    int height = turned ? WIDTH : HEIGHT;
    byte[] file =
        jpeg(
            width,
            height,
            false,
            (x, y) -> {
              int column = width - 1 - x;
              int row = height - 1 - y;
              return new int[] {
                switch (orientation) {
                  case 1 -> grey(x, y);
                  case 2 -> grey(column, y);
                  case 3 -> grey(column, row);
                  case 4 -> grey(x, row);
                  case 5 -> grey(y, x);
                  case 6 -> grey(row, x);
                  case 7 -> grey(row, column);
                  default -> grey(y, column);
                }
              };
            });
    assertShowsQuarters(insert(file, exif(orientation, true)), 2);
    assertShowsQuarters(insert(file, exif(orientation, false)), 2);
  }

  @Test
  void orientationInXmpIsUndoneAndExifCountsWhereBothAreThere() throws IOException {
    byte[] file = jpeg(HEIGHT, WIDTH, false, (x, y) -> new int[] {grey(y, HEIGHT - 1 - x)});
    byte[] turned = insert(file, xmp("<x tiff:Orientation='8'/>"));
    assertEquals(WIDTH, JpegReader.read(turned, "xmp", DecodeLimits.defaults()).width());
    byte[] element = insert(file, xmp("<tiff:Orientation>6</tiff:Orientation>"));
    assertEquals(WIDTH, JpegReader.read(element, "xmp", DecodeLimits.defaults()).width());
    byte[] both = insert(turned, exif(3, true));
    assertEquals(HEIGHT, JpegReader.read(both, "both", DecodeLimits.defaults()).width());
  }

  private static byte[] xmp(String text) {
    byte[] body = ("http://ns.adobe.com/xap/1.0/\0" + text).getBytes(StandardCharsets.ISO_8859_1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xE1, 0, (byte) (2 + body.length)});
    out.writeBytes(body);
    return out.toByteArray();
  }

  @Test
  void aTruncatedPictureIsTheUsersErrorAndNotHalfGrey() throws IOException {
    byte[] file = org.mococxr.imaging.files.ImageWriter.toJpeg(Pictures.noise(64, 64, 1), 0.9f);
    for (int length : new int[] {3, 20, 200, 400, file.length / 2, file.length - 50}) {
      byte[] part = Arrays.copyOf(file, length);
      assertThrows(
          UserErrorException.class,
          () -> JpegReader.read(part, "part.jpg", DecodeLimits.defaults()),
          length + " bytes");
    }
  }

  @Test
  void aHeaderThatAsksForTooMuchIsRefusedBeforeAnythingIsDecoded() throws IOException {
    byte[] file = jpeg(false, (x, y) -> new int[] {grey(x, y)});
    DecodeLimits tight = new DecodeLimits(1 << 20, 1_000, 1);
    assertThrows(UserErrorException.class, () -> JpegReader.read(file, "big.jpg", tight));
    ByteArrayOutputStream endless = new ByteArrayOutputStream();
    endless.writeBytes(jpeg(true, (x, y) -> new int[] {grey(x, y)}));
    for (int i = 0; i < 200; i++) {
      endless.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xDA, 0, 8, 1, 1, 0, 0, 63, 0});
    }
    UserErrorException error =
        assertThrows(
            UserErrorException.class,
            () -> JpegReader.read(endless.toByteArray(), "scans", DecodeLimits.defaults()));
    assertTrue(error.getMessage().contains("scans"));
  }

  private static void assertShowsQuarters(byte[] file, int tolerance) {
    GreyImage image = JpegReader.read(file, "test.jpg", DecodeLimits.defaults());
    assertEquals(WIDTH, image.width());
    assertEquals(HEIGHT, image.height());
    for (int y = 4; y < HEIGHT; y += 8) {
      for (int x = 4; x < WIDTH; x += 8) {
        assertEquals(grey(x, y), image.at(x, y), tolerance, x + "," + y);
      }
    }
  }

  interface Samples {
    int[] at(int x, int y);
  }

  private static byte[] jpeg(boolean progressive, Samples samples) throws IOException {
    return jpeg(WIDTH, HEIGHT, progressive, samples);
  }

  /** The JDK writes rasters without looking at their colours. */
  private static byte[] jpeg(int width, int height, boolean progressive, Samples samples)
      throws IOException {
    int bands = samples.at(0, 0).length;
    WritableRaster raster = Raster.createInterleavedRaster(0, width, height, bands, null);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        raster.setPixel(x, y, samples.at(x, y));
      }
    }
    ImageWriter writer = null;
    var writers = ImageIO.getImageWritersByFormatName("jpeg");
    while (writers.hasNext()) {
      writer = writers.next();
      if (writer.getClass().getName().startsWith("com.sun")) {
        break;
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam options = writer.getDefaultWriteParam();
      options.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      options.setCompressionQuality(1f);
      if (progressive) {
        options.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
      }
      writer.setOutput(out);
      writer.write(null, new IIOImage(raster, null, null), options);
    }
    return bytes.toByteArray();
  }

  private static byte[] insert(byte[] file, byte[] segment) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(file, 0, 2);
    out.writeBytes(segment);
    out.write(file, 2, file.length - 2);
    return out.toByteArray();
  }

  private static byte[] adobe(int transform) {
    return new byte[] {
      (byte) 0xFF, (byte) 0xEE, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (byte) transform
    };
  }

  private static byte[] exif(int orientation, boolean bigEndian) {
    byte[] tiff =
        bigEndian
            ? new byte[] {
              'M',
              'M',
              0,
              42,
              0,
              0,
              0,
              8,
              0,
              1,
              1,
              0x12,
              0,
              3,
              0,
              0,
              0,
              1,
              0,
              (byte) orientation,
              0,
              0,
              0,
              0,
              0,
              0
            }
            : new byte[] {
              'I',
              'I',
              42,
              0,
              8,
              0,
              0,
              0,
              1,
              0,
              0x12,
              1,
              3,
              0,
              1,
              0,
              0,
              0,
              (byte) orientation,
              0,
              0,
              0,
              0,
              0,
              0,
              0
            };
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xE1, 0, (byte) (8 + tiff.length)});
    out.writeBytes(new byte[] {'E', 'x', 'i', 'f', 0, 0});
    out.writeBytes(tiff);
    return out.toByteArray();
  }
}

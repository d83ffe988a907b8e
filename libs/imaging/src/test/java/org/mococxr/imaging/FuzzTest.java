package org.mococxr.imaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.RandomStream;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.codec.PngWriter;
import org.mococxr.imaging.dicom.DicomRendering;
import org.mococxr.imaging.files.ImageDecoder;
import org.mococxr.imaging.files.ImageWriter;
import org.mococxr.imaging.testing.Allocation;
import org.mococxr.imaging.testing.Cases;
import org.mococxr.imaging.testing.DctJpegFiles;
import org.mococxr.imaging.testing.Jpeg2000Files;
import org.mococxr.imaging.testing.LosslessJpegFiles;
import org.mococxr.imaging.testing.Pictures;
import org.mococxr.testkit.DicomBuilder;
import org.mococxr.testkit.Needs;
import org.mococxr.testkit.PngBuilder;

/**
 * Damaged files end in a picture or the user's error: never in another exception, in exhausted
 * memory, or not at all.
 */
@Tag("slow")
class FuzzTest {
  private static final int MUTATIONS_EACH = Integer.getInteger("mococxr.fuzz", 150);

  /** What every run of all these tests decodes at the least for each of the mutations above. */
  private static final int LEAST_KINDS = 40;

  private static final AtomicInteger DECODED = new AtomicInteger();
  private static final AtomicInteger TESTS = new AtomicInteger();

  /**
   * Bytes that decoding one of these small files may allocate: the most pixels that the limits
   * allow, as stored values and as tables, and what the JDK's codecs need besides.
   */
  private static final long MOST_ALLOCATED = 64L << 20;

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  // Tight, so that many mutated headers stay below what would be refused, and the test is quick.
  private static final DecodeLimits LIMITS = new DecodeLimits(8 << 20, 1 << 22, 3);

  private final ImageDecoder decoder = new ImageDecoder(LIMITS);

  @BeforeEach
  void countTest() {
    TESTS.incrementAndGet();
  }

  @AfterAll
  static void enoughWasDecoded() {
    System.out.println("FuzzTest: decoded " + DECODED + " damaged files");
    long all =
        Arrays.stream(FuzzTest.class.getDeclaredMethods())
            .filter(method -> method.isAnnotationPresent(Test.class))
            .count();
    // Not where only some of the tests were asked for.
    if (TESTS.get() == all) {
      assertTrue(DECODED.get() >= LEAST_KINDS * MUTATIONS_EACH, DECODED + " files are too few");
    }
  }

  @Test
  void damagedPngEndsInAPictureOrTheUsersError() {
    GreyImage image = Pictures.smooth(40, 30, 1);
    fuzz("grey.png", PngWriter.write(image));
    fuzz(
        "rgb16.png",
        PngBuilder.build(
            20, 15, 16, 2, true, null, (x, y) -> new int[] {x * 3000, y * 4000, x * y * 100}));
    fuzz(
        "palette.png",
        PngBuilder.build(20, 15, 4, 3, false, new byte[48], (x, y) -> new int[] {(x + y) & 15}));
  }

  @Test
  void damagedJpegEndsInAPictureOrTheUsersError() {
    fuzz("noise.jpg", ImageWriter.toJpeg(Pictures.noise(40, 30, 1), 0.8f));
    fuzz("smooth.jpg", ImageWriter.toJpeg(Pictures.smooth(100, 70, 1), 0.5f));
  }

  @Test
  void damagedDicomEndsInAPictureOrTheUsersError() {
    int[] values = RandomStream.of(1, "fuzz").permutation(30 * 20);
    for (String syntax : List.of("", ".1", ".1.99", ".2")) {
      DicomBuilder file =
          DicomBuilder.grey("1.2.840.10008.1.2" + syntax, 30, 20, 16, 12, true, values);
      file.sequence(
          0x00283000, new DicomBuilder("1.2.840.10008.1.2").shorts(0x00283002, 3, 0, 8), true);
      fuzz("own" + syntax + ".dcm", file.build());
    }
  }

  @Test
  void damagedJpeg2000EndsInAPictureOrTheUsersError() {
    GreyImage image = Pictures.smooth(64, 48, 1);
    for (boolean reversible : new boolean[] {true, false}) {
      byte[] frame = Jpeg2000Files.write(image, reversible, reversible);
      DicomBuilder file =
          DicomBuilder.grey("1.2.840.10008.1.2.4.91", 64, 48, 8, 8, false, 0)
              .fragments(new byte[0], Arrays.copyOf(frame, frame.length + 1 & ~1));
      // The frame's own headers are what matters here: the DICOM header stays as it is.
      fuzz("jpeg2000 " + reversible, frame, file);
    }
  }

  @Test
  void damagedLosslessJpegEndsInAPictureOrTheUsersError() {
    int[] values = RandomStream.of(1, "fuzz").permutation(30 * 20);
    byte[] frame = LosslessJpegFiles.write(values, 30, 12, 7, 0, 5);
    DicomBuilder file = DicomBuilder.grey("1.2.840.10008.1.2.4.57", 30, 20, 16, 12, false, 0);
    fuzz("lossless", frame, file);
  }

  private void fuzz(String name, byte[] frame, DicomBuilder file) {
    for (int i = 0; i < 2 * MUTATIONS_EACH; i++) {
      byte[] damaged = mutate(frame, RandomStream.of(12, name, i));
      byte[] whole =
          file.fragments(new byte[0], Arrays.copyOf(damaged, damaged.length + 1 & ~1)).build();
      decodeOrRefuse(name + " mutation " + i, whole);
    }
  }

  @Test
  void damagedJpegOfTwelveBitsEndsInAPictureOrTheUsersError() {
    int[] values = RandomStream.of(1, "fuzz").permutation(30 * 20);
    DicomBuilder file = DicomBuilder.grey("1.2.840.10008.1.2.4.51", 30, 20, 16, 12, false, 0);
    fuzz("twelve bits", DctJpegFiles.write(values, 30, 7), file);
  }

  @Test
  void damagedBitmapsEndInAPictureOrTheUsersError() {
    for (String name :
        List.of(
            "grey.bmp",
            "rgb.bmp",
            "bits.bmp",
            "grey_raw.tif",
            "grey_tiff_lzw.tif",
            "grey_tiff_deflate.tif",
            "grey_packbits.tif",
            "rgb.tif",
            "twelve.tif")) {
      fuzz(name, resource("/bitmaps/" + name));
    }
  }

  @Test
  void damagedCasesEndInAPictureOrTheUsersError() {
    for (String name :
        List.of(
            "dicom-odd-length-pixels/19_odd_pixels_no_pad.dcm",
            "dicom-frames-0/05_frames0.dcm",
            "dicom-window-beside-values/02_window_outside.dcm",
            "dicom-multiframe-2/35_multiframe_cr.dcm",
            "dicom-un-sequence-explicit-inside/08_un_sq_explicit_inside_undefined.dcm",
            "dicom-voilut-declared-16/01_voilut_declared16_data12.dcm",
            "dicom-voilut-declared-16/01b_voilut_declared12.dcm",
            "dicom-vr-mismatch/06_declared_explicit_body_implicit.dcm",
            "dicom-vr-mismatch/07_declared_implicit_body_explicit.dcm",
            "dicom-vr-mismatch/09_implicit_element_in_explicit.dcm",
            "dicom-decimal-comma/03_ds_comma_slope.dcm",
            "dicom-decimal-comma/04_ds_comma_window.dcm",
            "jpeg-icc-odd/icc_empty.jpg",
            "jpeg-icc-odd/icc_twice.jpg",
            "png-12-in-16/twelve_in_sixteen.png")) {
      fuzz(name, Cases.bytes(name));
    }
  }

  @Test
  void damagedMetadataEndInAPictureOrTheUsersError() {
    byte[] xmp = "XML:com.adobe.xmp\0\0\0\0\0<x tiff:Orientation=\"6\"/>".getBytes(UTF_8);
    byte[] png = PngWriter.write(Pictures.smooth(20, 10, 1));
    fuzz("xmp.png", PngBuilder.insert(png, "iTXt", xmp));
    int[] values = RandomStream.of(1, "fuzz").permutation(30 * 20);
    DicomBuilder colour = DicomBuilder.grey("1.2.840.10008.1.2.1", 20, 10, 8, 8, false, values);
    colour.shorts(0x00280002, 3).shorts(0x00280006, 1).text(0x00280004, "CS", "RGB");
    fuzz("colour.dcm", colour.build());
    DicomBuilder numbers = DicomBuilder.grey("1.2.840.10008.1.2.1", 30, 20, 16, 12, true, values);
    numbers.text(0x00281050, "DS", "500\\40").text(0x00281051, "DS", "1000,5\\80");
    numbers.text(0x00281052, "DS", "-1024").text(0x00281053, "DS", "0,5");
    numbers.shorts(0x00280120, 3).text(0x20500020, "CS", "INVERSE");
    fuzz("numbers.dcm", numbers.build());
  }

  @Test
  void damagedPngWithAnOrientationEndsInAPictureOrTheUsersError() {
    byte[] png = PngWriter.write(Pictures.smooth(20, 10, 1));
    // TIFF with one directory of one entry: orientation (0x0112), a short (3), one of them, 6.
    byte[] exif = {
      'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0
    };
    fuzz("exif.png", PngBuilder.insert(png, "eXIf", exif));
    // With a right check sum, so that the damage reaches the reader of the orientation.
    for (int i = 0; i < MUTATIONS_EACH; i++) {
      byte[] damaged = mutate(exif, RandomStream.of(13, "exif", i));
      decodeOrRefuse("exif mutation " + i, PngBuilder.insert(png, "eXIf", damaged));
    }
  }

  @Test
  void damagedFramesAndPalettesEndInAPictureOrTheUsersError() {
    int[] values = RandomStream.of(1, "fuzz").permutation(30 * 20);
    byte[] first = LosslessJpegFiles.write(values, 30, 12, 7, 0, 5);
    byte[] even = Arrays.copyOf(first, first.length + 1 & ~1);
    byte[] offsets = new byte[12];
    ByteBuffer.wrap(offsets)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(4, even.length + 8)
        .putInt(8, 2 * (even.length + 8));
    DicomBuilder frames = DicomBuilder.grey("1.2.840.10008.1.2.4.57", 30, 20, 16, 12, false, 0);
    frames.text(0x00280008, "IS", "3").fragments(offsets, even, even, even);
    ImageDecoder middle =
        new ImageDecoder(LIMITS, DicomRendering.DEFAULT.of(DicomRendering.Frame.MIDDLE));
    fuzz("frames.dcm", frames.build(), MUTATIONS_EACH, middle);
    DicomBuilder palette = DicomBuilder.grey("1.2.840.10008.1.2.1", 20, 10, 8, 8, false, values);
    palette.text(0x00280004, "CS", "PALETTE COLOR");
    for (int tag : new int[] {0x00281101, 0x00281102, 0x00281103}) {
      palette.shorts(tag, 256, 0, 16).bytes(tag + 0x100, "OW", new byte[512]);
    }
    fuzz("palette.dcm", palette.build());
  }

  @Test
  void damagedTablesEndInAPictureOrTheUsersError() {
    int[] values = RandomStream.of(1, "fuzz").permutation(30 * 20);
    int[] entries = RandomStream.of(2, "fuzz").permutation(600);
    for (int sequence : new int[] {0x00283000, 0x00283010}) {
      DicomBuilder table = new DicomBuilder("1.2.840.10008.1.2.1");
      table.shorts(0x00283002, entries.length, 0, 10).shorts(0x00283006, entries);
      DicomBuilder file = DicomBuilder.grey("1.2.840.10008.1.2.1", 30, 20, 16, 12, false, values);
      fuzz("table " + sequence, file.sequence(sequence, table, true).build());
    }
  }

  @Test
  void damagedRunLengthsEndInAPictureOrTheUsersError() {
    byte[] frame = new byte[64 + 700];
    frame[0] = 1;
    frame[4] = 64;
    for (int at = 64; at + 100 < frame.length; at += 100) {
      frame[at] = 98;
      for (int i = 1; i < 100; i++) {
        frame[at + i] = (byte) (3 * i + at);
      }
    }
    DicomBuilder file = DicomBuilder.grey("1.2.840.10008.1.2.5", 30, 20, 8, 8, false, 0);
    fuzz("run lengths", frame, file);
  }

  private static byte[] resource(String path) {
    try (InputStream in = FuzzTest.class.getResourceAsStream(path)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void damagedRealDicomEndsInAPictureOrTheUsersError() throws IOException {
    Path folder = Needs.shared("data/dicom");
    for (String syntax :
        List.of("1.2.4.57", "1.2.4.70", "1.2.4.50", "1.2.5", "1.2.4.80", "1.2.4.90")) {
      Path file;
      try (var files = Files.list(folder.resolve("ct_all_transfer_syntaxes"))) {
        file =
            files
                .filter(path -> path.toString().endsWith("10008." + syntax + ".dcm"))
                .findFirst()
                .orElseThrow();
      }
      fuzz(file.getFileName().toString(), Files.readAllBytes(file), 40);
    }
  }

  private void fuzz(String name, byte[] whole) {
    fuzz(name, whole, MUTATIONS_EACH);
  }

  private void fuzz(String name, byte[] whole, int mutations) {
    fuzz(name, whole, mutations, decoder);
  }

  private void fuzz(String name, byte[] whole, int mutations, ImageDecoder how) {
    for (int i = 0; i < mutations; i++) {
      byte[] damaged = mutate(whole, RandomStream.of(11, name, i));
      decodeOrRefuse(name + " mutation " + i, damaged, how);
    }
  }

  private void decodeOrRefuse(String name, byte[] damaged) {
    decodeOrRefuse(name, damaged, decoder);
  }

  private static void decodeOrRefuse(String name, byte[] damaged, ImageDecoder how) {
    DECODED.incrementAndGet();
    long[] allocated = new long[1];
    try {
      assertTimeoutPreemptively(
          PATIENCE,
          () ->
              allocated[0] =
                  Allocation.of(
                      () -> {
                        try {
                          how.decode(damaged, name);
                        } catch (UserErrorException e) {
                          assertTrue(e.getMessage().startsWith(name), e.getMessage());
                        }
                      }),
          name);
    } catch (Throwable e) {
      throw new AssertionError(name, e);
    }
    assertTrue(allocated[0] < MOST_ALLOCATED, name + " allocates " + allocated[0] + " bytes");
  }

  /** A few changed bits or bytes, mostly near the headers, a cut, a doubled or removed stretch. */
  private static byte[] mutate(byte[] whole, RandomStream random) {
    byte[] data = whole.clone();
    int kind = random.nextInt(10);
    if (kind == 0) {
      return Arrays.copyOf(data, random.nextInt(data.length));
    }
    if (kind == 1) {
      int from = random.nextInt(data.length);
      int length = random.nextInt(Math.min(64, data.length - from) + 1);
      byte[] shorter = new byte[data.length - length];
      System.arraycopy(data, 0, shorter, 0, from);
      System.arraycopy(data, from + length, shorter, from, shorter.length - from);
      return shorter;
    }
    int changes = 1 + random.nextInt(8);
    int reach = random.nextBoolean(0.5) ? Math.min(data.length, 400) : data.length;
    byte[] favourites = {0, -1, 1, 127, -128};
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(reach);
      data[at] =
          switch (random.nextInt(3)) {
            case 0 -> (byte) (data[at] ^ 1 << random.nextInt(8));
            case 1 -> favourites[random.nextInt(favourites.length)];
            default -> (byte) random.nextInt(256);
          };
    }
    return data;
  }
}

package org.mococxr.imaging;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.RandomStream;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.codec.PngWriter;
import org.mococxr.imaging.files.ImageDecoder;
import org.mococxr.imaging.files.ImageWriter;
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
class FuzzTest {
  private static final int MUTATIONS_EACH = Integer.getInteger("mococxr.fuzz", 300);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  // Tight, so that many mutated headers stay below what would be refused, and the test is quick.
  private final ImageDecoder decoder = new ImageDecoder(new DecodeLimits(8 << 20, 1 << 22, 1));

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
    for (int i = 0; i < mutations; i++) {
      byte[] damaged = mutate(whole, RandomStream.of(11, name, i));
      decodeOrRefuse(name + " mutation " + i, damaged);
    }
  }

  private void decodeOrRefuse(String name, byte[] damaged) {
    try {
      assertTimeoutPreemptively(PATIENCE, () -> decoder.decode(damaged, name), name);
    } catch (UserErrorException e) {
      assertTrue(e.getMessage().startsWith(name));
    } catch (Throwable e) {
      throw new AssertionError(name, e);
    }
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

package org.mococxr.imaging.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.codec.PngWriter;
import org.mococxr.imaging.testing.Cases;
import org.mococxr.imaging.testing.Pictures;
import org.mococxr.testkit.DicomBuilder;

class ImageFormatTest {
  @TempDir Path folder;

  @Test
  void formatsAreToldByContentWhateverTheFileIsCalled() throws IOException {
    byte[] png = PngWriter.write(Pictures.noise(9, 9, 1));
    byte[] tiffPreamble = Cases.bytes("dicom-frames-0/05_frames0.dcm");
    // A preamble may make the file a TIFF too (PS3.10, 7.1).
    System.arraycopy(new byte[] {'I', 'I', 42, 0, 8, 0, 0, 0}, 0, tiffPreamble, 0, 8);
    Map<String, Optional<ImageFormat>> expected =
        Map.of(
            name("1.2.840.1.2", png), Optional.of(ImageFormat.PNG),
            name("IM0000", tiffPreamble), Optional.of(ImageFormat.DICOM),
            name("scan.dcm", Cases.bytes("jpeg-icc-odd/icc_twice.jpg")),
                Optional.of(ImageFormat.JPEG),
            name("a.png", resource("grey.bmp")), Optional.of(ImageFormat.BMP),
            name("b", resource("grey_raw.tif")), Optional.of(ImageFormat.TIFF),
            name("labels.csv", "image,patient\n".getBytes(StandardCharsets.UTF_8)),
                Optional.empty(),
            name("empty", new byte[0]), Optional.empty());
    expected.forEach(
        (file, format) -> assertEquals(format, ImageFormat.of(folder.resolve(file)), file));
  }

  @Test
  void aLookTellsOfBurnedInAnnotationsAndFrames() throws IOException {
    int[] values = new int[2 * 64 * 64];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 4096;
    }
    DicomBuilder file =
        DicomBuilder.grey("1.2.840.10008.1.2.1", 64, 64, 16, 12, false, values)
            .text(0x00280008, "IS", "2")
            .text(0x00280301, "CS", "YES");
    Path path = Files.write(folder.resolve("two"), file.build());
    List<String> notes = new ImageDecoder(DecodeLimits.defaults()).look(path).notes();
    assertEquals(2, notes.size(), notes.toString());
    assertEquals("frame 1 is taken of 2 (--frame, data.frame)", notes.get(1));
  }

  private String name(String name, byte[] content) throws IOException {
    Files.write(folder.resolve(name), content);
    return name;
  }

  private static byte[] resource(String name) throws IOException {
    try (var in = ImageFormatTest.class.getResourceAsStream("/bitmaps/" + name)) {
      return in.readAllBytes();
    }
  }
}

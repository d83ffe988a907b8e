package org.mococxr.datasets.reading;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.datasets.splitting.Splitting;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.dicom.DicomFile;
import org.mococxr.imaging.files.ImageDecoder;
import org.mococxr.specs.data.SplitRecipe;

/** A disk that answers with EIO: a fault, for which nobody is told to mend a file. */
class FailingDiskTest {
  /** Reading one's own memory at address 0 fails with EIO. */
  private static final Path FAILING = Path.of("/proc/self/mem");

  @TempDir Path folder;

  @BeforeEach
  void needsLinux() {
    assumeTrue(Files.isReadable(FAILING), "needs Linux' /proc");
  }

  private Path failing(String name) throws IOException {
    return Files.createSymbolicLink(folder.resolve(name), FAILING);
  }

  @Test
  void aTableThatCannotBeReadIsNoUsersError() throws IOException {
    failing("labels.csv");
    Files.writeString(folder.resolve("a.png"), "a picture");
    SplitRecipe recipe =
        SplitRecipe.of(
            Map.of(
                "data",
                Map.of("root", folder.toString(), "format", "images-csv"),
                "tasks",
                List.of("effusion")));
    RuntimeException said =
        assertThrows(
            RuntimeException.class,
            () -> Splitting.run(recipe, folder.resolve("out"), Progress.SILENT));
    assertTrue(!(said instanceof UserErrorException), said.toString());
  }

  @Test
  void aPictureThatCannotBeReadIsNoUsersError() throws IOException {
    Path picture = failing("a.png");
    ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());
    assertThrows(UncheckedIOException.class, () -> decoder.decode(picture));
    assertThrows(
        UncheckedIOException.class, () -> DicomFile.readHeader(picture, DecodeLimits.defaults()));
    // A file without an ending is opened to see whether it is DICOM.
    Path unnamed = failing("a");
    assertThrows(UncheckedIOException.class, () -> ImageFiles.isDicom(unnamed, false));
  }
}

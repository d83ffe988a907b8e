package org.mococxr.foundation;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileErrorsTest {
  @TempDir Path folder;

  @Test
  void aMissingFileAFolderAndWrongBytesAreTheUsersErrors() throws IOException {
    Path latin = Files.write(folder.resolve("latin.txt"), new byte[] {'M', (byte) 0xfc});
    for (Path file : new Path[] {folder.resolve("missing"), folder, latin}) {
      IOException e = assertThrows(IOException.class, () -> Files.readString(file));
      RuntimeException said = FileErrors.reading(file, e, "expected a text in UTF-8");
      assertInstanceOf(UserErrorException.class, said, file.toString());
      assertTrue(said.getMessage().startsWith(file.toString()), said.getMessage());
    }
  }

  @Test
  void aFolderBelowAFileIsTheUsersError() throws IOException {
    Path below = Files.writeString(folder.resolve("file"), "").resolve("below/deeper");
    IOException e = assertThrows(IOException.class, () -> Files.createDirectories(below));
    assertInstanceOf(
        UserErrorException.class, FileErrors.writing(below, e, "give a writable folder"));
  }

  @Test
  void linksThatLeadToEachOtherAreTheUsersError() throws IOException {
    Path one = Files.createSymbolicLink(folder.resolve("one"), Path.of("other"));
    Files.createSymbolicLink(folder.resolve("other"), one);
    IOException e = assertThrows(IOException.class, () -> Files.readAllBytes(one));
    assertInstanceOf(UserErrorException.class, FileErrors.reading(one, e, "expected a file"));
  }

  @Test
  void aDiskThatFailsOrIsFullIsNoUsersError() {
    // Reading one's own memory at address 0 fails with EIO; writing to /dev/full with ENOSPC.
    Path failing = Path.of("/proc/self/mem");
    Path full = Path.of("/dev/full");
    assumeTrue(Files.isReadable(failing) && Files.isWritable(full), "needs Linux");
    IOException read = assertThrows(IOException.class, () -> Files.readAllBytes(failing));
    assertInstanceOf(UncheckedIOException.class, FileErrors.reading(failing, read, "expected"));
    IOException write =
        assertThrows(
            IOException.class,
            () -> {
              try (OutputStream out = Files.newOutputStream(full)) {
                out.write(new byte[10]);
              }
            });
    assertInstanceOf(UncheckedIOException.class, FileErrors.writing(full, write, "expected"));
  }
}

package org.mococxr.foundation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldersTest {
  @TempDir Path work;

  @Test
  void deletionTakesTheFolderAndLeavesWhatLinksPointTo() throws IOException {
    Path outside = Files.writeString(work.resolve("outside.txt"), "kept");
    Path elsewhere = Files.createDirectories(work.resolve("elsewhere/inner"));
    Files.writeString(elsewhere.resolve("file"), "kept");
    Path folder = Files.createDirectories(work.resolve("folder/a/b"));
    Files.writeString(folder.resolve("file"), "goes");
    Files.createSymbolicLink(work.resolve("folder/link"), outside);
    Files.createSymbolicLink(work.resolve("folder/tree"), elsewhere.getParent());

    Folders.delete(work.resolve("folder"));

    assertFalse(Files.exists(work.resolve("folder")));
    assertEquals("kept", Files.readString(outside));
    assertEquals("kept", Files.readString(elsewhere.resolve("file")));
  }

  @Test
  void deletionOfNothingOfAFileAndOfADanglingLink() throws IOException {
    Folders.delete(work.resolve("absent"));
    Path file = Files.writeString(work.resolve("file"), "goes");
    Folders.delete(file);
    Path link = Files.createSymbolicLink(work.resolve("link"), file);
    Folders.delete(link);
    assertEquals(List.of(), names());
  }

  @Test
  void aFolderIsReplacedWholeAndAFailureLeavesTheOldOne() throws IOException {
    Path folder = work.resolve("parent/folder");
    Folders.write(folder, beside -> Files.writeString(beside.resolve("old"), "1"));
    assertThrows(
        IOException.class,
        () ->
            Folders.write(
                folder,
                beside -> {
                  Files.writeString(beside.resolve("new"), "half");
                  throw new IOException("no space left on device");
                }));
    assertTrue(Files.exists(folder.resolve("old")));

    Folders.write(folder, beside -> Files.writeString(beside.resolve("new"), "2"));
    assertFalse(Files.exists(folder.resolve("old")));
    assertEquals("2", Files.readString(folder.resolve("new")));
    try (Stream<Path> left = Files.list(folder.getParent())) {
      assertEquals(List.of(folder), left.toList());
    }
  }

  private List<Path> names() throws IOException {
    try (Stream<Path> left = Files.list(work)) {
      return left.toList();
    }
  }
}

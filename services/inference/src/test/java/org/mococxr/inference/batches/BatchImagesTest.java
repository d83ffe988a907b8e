package org.mococxr.inference.batches;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.artifacts.FileArtifactStore;
import org.mococxr.foundation.UserErrorException;

/** Files of this machine: what is read, what is refused, and whose fault it is. */
class BatchImagesTest {
  private static final byte[] MINE = "mine".getBytes(StandardCharsets.US_ASCII);
  private static final String KIND = "a picture";

  @TempDir Path temp;
  private Path folder;
  private Path input;
  private Path secret;

  @BeforeEach
  void files() throws IOException {
    folder = temp.toRealPath();
    input = Files.createDirectories(folder.resolve("in"));
    secret = Files.createDirectories(folder.resolve("secret"));
    Files.write(input.resolve("a"), MINE);
    Files.writeString(secret.resolve("a"), "secret");
  }

  private BatchImages images() {
    return new BatchImages(BatchRoots.readable(List.of(input.toUri())), 1000);
  }

  private byte[] read(String name) throws IOException {
    URI uri = ArtifactStore.child(input.toUri(), name);
    return images().read(uri, name);
  }

  @Test
  void linksAreFollowedThatStayBelowTheFolder() throws IOException {
    Files.createDirectories(input.resolve("deep/er"));
    Files.write(input.resolve("deep/er/b"), MINE);
    Files.createSymbolicLink(input.resolve("up"), Path.of("deep/er/../../a"));
    Files.createSymbolicLink(input.resolve("absolute"), input.resolve("deep"));
    Files.createSymbolicLink(input.resolve("links"), Path.of("absolute/er"));
    for (String name : List.of("a", "up", "absolute/er/b", "links/b", "deep/er/b")) {
      assertArrayEquals(MINE, read(name), name);
      assertEquals(input.resolve(name).toRealPath(), LinkFreePaths.real(input.resolve(name)));
    }
  }

  @Test
  void whatIsReadThoughTheConfiguredFolderIsALink() throws IOException {
    Path linked = Files.createSymbolicLink(folder.resolve("linked"), input);
    BatchImages images =
        new BatchImages(
            BatchRoots.readable(List.of(URI.create("file://" + linked + "/"))), MINE.length);
    assertArrayEquals(MINE, images.read(URI.create("file://" + linked + "/a"), "a"));
  }

  @Test
  void whatLeadsElsewhereOrNowhereIsTheUsersError() throws IOException {
    Files.createSymbolicLink(input.resolve("out"), secret);
    Files.createSymbolicLink(input.resolve("up"), Path.of("../secret/a"));
    Files.createSymbolicLink(input.resolve("loop"), Path.of("loop"));
    Files.createSymbolicLink(input.resolve("loops"), Path.of("loops/x"));
    Files.createSymbolicLink(input.resolve("broken"), Path.of("none"));
    Files.createSymbolicLink(input.resolve("through"), Path.of("a/x"));
    Files.createDirectory(input.resolve("folder"));
    for (String name :
        List.of(
            "out/a",
            "up",
            "loop",
            "loop/a",
            "loops",
            "broken",
            "through",
            "none",
            "none/a",
            "a/x",
            "a".repeat(256),
            "x/" + "é".repeat(128))) {
      assertThrows(UserErrorException.class, () -> read(name), name);
    }
  }

  @Test
  void aFileSystemThatCannotTellWhereAPathLeadsIsNoUsersError() {
    IOException fault = new IOException("Input/output error");
    BatchRoots roots =
        BatchRoots.readable(
            List.of(input.toUri()),
            path -> {
              throw fault;
            });
    URI image = input.resolve("a").toUri();
    assertEquals(fault, assertThrows(IOException.class, () -> roots.requireReadable(image, "a")));
    assertEquals(fault, assertThrows(IOException.class, () -> roots.input(image.toString())));
  }

  @Test
  void aLinkThatComesBetweenTheCheckAndTheOpeningIsNotFollowed() throws IOException {
    ArtifactStore store = new FileArtifactStore(URI.create("file:///"));
    URI image = input.resolve("b/a").toUri();
    Files.createDirectory(input.resolve("b"));
    Files.write(input.resolve("b/a"), MINE);
    // The folder is replaced as soon as both have been looked at for the last time.
    for (Path replaced : List.of(input.resolve("b/a"), input.resolve("b"))) {
      int[] looked = new int[1];
      BatchRoots roots =
          BatchRoots.readable(
              List.of(input.toUri()),
              path -> {
                Path real = LinkFreePaths.real(path);
                if (++looked[0] == 4) {
                  Files.move(replaced, folder.resolve(replaced.getFileName() + ".old"));
                  Path target = secret.resolve(replaced.endsWith("a") ? "a" : "");
                  Files.createSymbolicLink(replaced, target);
                }
                return real;
              });
      assertThrows(
          IOException.class,
          () -> {
            try (InputStream in = roots.open(image, store, "a", KIND)) {
              assertArrayEquals(MINE, in.readAllBytes());
            }
          });
      assertEquals(4, looked[0]);
      assertTrue(Files.isSymbolicLink(replaced));
      Files.delete(replaced);
      Files.move(
          folder.resolve(replaced.getFileName() + ".old"),
          replaced,
          StandardCopyOption.ATOMIC_MOVE);
    }
    BatchRoots roots = BatchRoots.readable(List.of(input.toUri()));
    try (InputStream in = roots.open(image, store, "a", KIND)) {
      assertArrayEquals(MINE, in.readAllBytes());
    }
    Files.delete(input.resolve("b/a"));
    assertThrows(NoSuchFileException.class, () -> roots.open(image, store, "a", KIND));
    assertFalse(Files.exists(input.resolve("b/a")));
  }
}

package org.mococxr.artifacts;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.AtomicFiles;
import org.mococxr.foundation.UserErrorException;

class FileArtifactStoreTest {
  @TempDir Path temp;
  private ArtifactStore store;

  @BeforeEach
  void open() {
    store = ArtifactStore.open(URI.create("file://" + temp.resolve("store")));
  }

  @Test
  void whatIsWrittenIsReadAndListed() throws IOException {
    URI object = store.resolve("experiments/e1/a file.json");
    assertFalse(store.exists(object));
    assertThrows(NoSuchFileException.class, () -> store.read(object));
    store.write(object, new byte[] {1, 2});
    store.write(object, new byte[] {3});
    assertTrue(store.exists(object));
    assertArrayEquals(new byte[] {3}, store.readBytes(object));
    assertEquals(List.of(object), store.list(store.base()));
    assertEquals("file:///", object.toString().substring(0, 8));
    store.delete(object);
    store.delete(object);
    assertEquals(List.of(), store.list(store.base()));
  }

  @Test
  void aNameMayHaveAnyCharactersOfAPath() throws IOException {
    for (String name : List.of("10:30.csv", "a:b/c.csv", "::", "a?b#c%d e", "//x", "x@y:1/z")) {
      URI object = store.resolve(name);
      assertEquals(store.base().getPath() + name, object.getPath());
      store.write(object, name.getBytes());
      assertArrayEquals(name.getBytes(), store.readBytes(object));
    }
  }

  @Test
  void aFolderIsRemovedWithAllThatIsBelowAndNothingElse() throws IOException {
    URI other = store.resolve("jobs/10/a");
    for (URI object : List.of(store.resolve("jobs/1/a"), store.resolve("jobs/1/b/c"), other)) {
      store.write(object, new byte[1]);
    }
    store.deleteFolder(store.resolve("jobs/1"));
    store.deleteFolder(store.resolve("jobs/1"));
    assertEquals(List.of(other), store.list(store.base()));
    assertFalse(Files.exists(temp.resolve("store/jobs/1")));
  }

  @Test
  void aPublishedFolderHasItsMarkerLastAndNothingStale() throws IOException {
    Path work = Files.createDirectories(temp.resolve("work/sub")).getParent();
    Files.writeString(work.resolve("sub/model.onnx"), "weights");
    Files.writeString(work.resolve("DONE.json"), "{}");
    URI target = store.resolve("runs/export");
    store.write(ArtifactStore.child(target, "stale.txt"), new byte[1]);
    store.publish(work, target, "DONE.json");
    assertEquals(
        List.of(
            ArtifactStore.child(target, "DONE.json"),
            ArtifactStore.child(target, "sub/model.onnx")),
        store.list(target));
    store.fetch(target, temp.resolve("copy"));
    assertEquals("weights", Files.readString(temp.resolve("copy/sub/model.onnx")));
    store.fetch(ArtifactStore.child(target, "sub/model.onnx"), temp.resolve("one"));
    assertEquals("weights", Files.readString(temp.resolve("one/model.onnx")));
  }

  @Test
  void aFolderWithoutItsMarkerIsNotPublished() throws IOException {
    Path work = Files.createDirectories(temp.resolve("work"));
    Files.writeString(work.resolve("model.onnx"), "weights");
    URI target = store.resolve("runs/export");
    assertThrows(NoSuchFileException.class, () -> store.publish(work, target, "DONE.json"));
    assertFalse(store.exists(target));
  }

  @Test
  void publishingInPlaceKeepsTheFolder() throws IOException {
    URI target = store.resolve("runs/export/");
    store.write(store.resolve("runs/export/DONE.json"), new byte[] {1});
    store.publish(store.local(target).orElseThrow(), target, "DONE.json");
    assertEquals(1, store.list(target).size());
  }

  @Test
  void aFailedWriteLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = temp.resolve("state.json");
    AtomicFiles.write(file, "old");
    assertThrows(
        IOException.class,
        () ->
            AtomicFiles.write(
                file,
                out -> {
                  out.write(1);
                  throw new IOException("disk full");
                }));
    assertEquals("old", Files.readString(file));
    try (var files = Files.list(temp)) {
      assertEquals(1, files.count());
    }
  }

  @Test
  void aForeignSchemeIsTheUsersError() {
    assertThrows(UserErrorException.class, () -> ArtifactStore.open(URI.create("ftp://x/y")));
    assertThrows(UserErrorException.class, () -> store.read(URI.create("s3://bucket/key")));
  }

  @Test
  void provenanceSurvivesTheFile() throws IOException {
    Provenance provenance =
        Provenance.capture(
                List.of("mococxr", "pretrain"), 7, Map.of("mococxr", "0.1"), Map.of("data", "00ff"))
            .finishedNow();
    provenance.write(temp);
    assertEquals(provenance, Provenance.read(temp));
    assertTrue(provenance.versions().containsKey("java"));
  }
}

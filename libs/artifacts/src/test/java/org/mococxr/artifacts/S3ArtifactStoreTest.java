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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.Digests;
import org.mococxr.testkit.S3Server;

/** Against a real S3 server, s3proxy, in a process of its own. */
@Tag("slow")
class S3ArtifactStoreTest {
  @TempDir static Path shared;
  private static S3Server server;
  private static S3ArtifactStore store;

  @TempDir Path temp;

  @BeforeAll
  static void startServer() throws Exception {
    server = S3Server.start(shared);
    server.createBucket("lab");
    store = S3Stores.on(server, URI.create("s3://lab/moco"));
  }

  @AfterAll
  static void stopServer() {
    store.close();
    server.close();
  }

  @Test
  void whatIsWrittenIsReadAndListed() throws IOException {
    URI object = store.resolve("one/a file.json");
    assertFalse(store.exists(object));
    assertThrows(NoSuchFileException.class, () -> store.read(object));
    store.write(object, new byte[] {1, 2});
    store.write(object, new byte[] {3});
    assertTrue(store.exists(object));
    assertTrue(store.exists(store.resolve("one")));
    assertTrue(store.exists(store.resolve("one/")));
    assertArrayEquals(new byte[] {3}, store.readBytes(object));
    assertEquals(List.of(object), store.list(store.resolve("one")));
    assertTrue(store.local(object).isEmpty());
    store.delete(object);
    store.delete(object);
    assertEquals(List.of(), store.list(store.resolve("one")));
    assertFalse(store.exists(store.resolve("one/")));
  }

  @Test
  void aPublishedFolderHasItsMarkerAndNothingStale() throws IOException {
    Path work = Files.createDirectories(temp.resolve("work/sub")).getParent();
    Files.writeString(work.resolve("sub/model.onnx"), "weights");
    Files.writeString(work.resolve("DONE.json"), "{}");
    URI target = store.resolve("runs/export");
    store.write(ArtifactStore.child(target, "stale.txt"), new byte[1]);
    store.write(store.resolve("runs/export2/other.txt"), new byte[1]);
    store.publish(work, target, "DONE.json");
    assertEquals(
        List.of(
            ArtifactStore.child(target, "DONE.json"),
            ArtifactStore.child(target, "sub/model.onnx")),
        store.list(target));
    store.fetch(target, temp.resolve("copy"));
    assertEquals("weights", Files.readString(temp.resolve("copy/sub/model.onnx")));
    assertTrue(store.exists(store.resolve("runs/export2/other.txt")));
  }

  @Test
  void aLargeFileArrivesUnchanged() throws IOException {
    Path file = temp.resolve("checkpoint.safetensors");
    byte[] content = new byte[12_000_000];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) (i * 31 + (i >> 13));
    }
    Files.write(file, content);
    URI object = store.resolve("large/checkpoint.safetensors");
    store.write(object, file);
    try (var in = store.read(object)) {
      assertEquals(Digests.sha256(file), Digests.sha256(in));
    }
  }

  @Test
  void anUnreachableBucketIsAnErrorThatNamesTheObject() {
    URI elsewhere = URI.create("s3://nowhere/key");
    String message =
        assertThrows(IOException.class, () -> store.write(elsewhere, new byte[1])).getMessage();
    assertTrue(message.startsWith("s3://nowhere/key"), message);
  }
}

package org.mococxr.artifacts;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** Against a real S3 server, s3proxy, in a process of its own. */
class S3ArtifactStoreTest {
  @TempDir static Path shared;
  private static Process server;
  private static S3ArtifactStore store;

  @TempDir Path temp;

  @BeforeAll
  static void startServer() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Path data = Files.createDirectory(shared.resolve("data"));
    Path properties =
        Files.writeString(
            shared.resolve("s3proxy.conf"),
            """
            s3proxy.endpoint=http://127.0.0.1:%d
            s3proxy.authorization=aws-v2-or-v4
            s3proxy.identity=key
            s3proxy.credential=secret
            jclouds.provider=filesystem-nio2
            jclouds.filesystem.basedir=%s
            """
                .formatted(port, data));
    server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                "target/s3proxy/s3proxy-jar-with-dependencies.jar",
                "--properties",
                properties.toString())
            .redirectErrorStream(true)
            .redirectOutput(shared.resolve("s3proxy.log").toFile())
            .start();
    awaitListening(port);
    S3Client client =
        S3Client.builder()
            .endpointOverride(URI.create("http://127.0.0.1:" + port))
            .forcePathStyle(true)
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build();
    client.createBucket(request -> request.bucket("lab"));
    store = new S3ArtifactStore(URI.create("s3://lab/moco"), client);
  }

  @AfterAll
  static void stopServer() {
    if (store != null) {
      store.close();
    }
    server.destroyForcibly();
  }

  private static void awaitListening(int port) throws Exception {
    for (int attempt = 0; attempt < 600; attempt++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (IOException notYet) {
        assertTrue(server.isAlive(), () -> log());
        Thread.sleep(100);
      }
    }
    throw new IllegalStateException("s3proxy does not listen: " + log());
  }

  private static String log() {
    try {
      return Files.readString(shared.resolve("s3proxy.log"));
    } catch (IOException e) {
      return e.toString();
    }
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

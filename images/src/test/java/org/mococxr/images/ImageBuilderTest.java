package org.mococxr.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;

class ImageBuilderTest {
  private static final Path SERVICES = Path.of("../services");

  @TempDir Path folder;
  private Path application;

  @BeforeEach
  void anApplication() throws IOException {
    application = Files.createDirectory(folder.resolve("quarkus-app"));
    for (String file :
        List.of(
            "lib/main/a.jar",
            "quarkus/q.jar",
            "quarkus-run.jar",
            "app/ours.jar",
            "licenses/NOTICE")) {
      Path path = application.resolve(file);
      Files.createDirectories(path.getParent());
      Files.writeString(path, file);
    }
  }

  @Test
  void anImageIsWhatItsContainerfileSays() throws Exception {
    build("first", "inference");
    Map<String, byte[]> tar = entries(Files.newInputStream(folder.resolve("first.tar")));
    JsonNode config = config(tar);
    JsonNode run = config.path("config");
    assertEquals("10001", run.path("User").asText());
    assertEquals("/deployments", run.path("WorkingDir").asText());
    assertEquals("{\"8080/tcp\":{},\"9000/tcp\":{}}", run.path("ExposedPorts").toString());
    // The archive of the build's JVM is none of the image's.
    assertEquals(
        "[\"java\",\"-XX:+ExitOnOutOfMemoryError\",\"--enable-native-access=ALL-UNNAMED\","
            + "\"-jar\",\"quarkus-run.jar\"]",
        run.path("Entrypoint").toString());
    assertTrue(run.path("Env").toString().contains("QUARKUS_HTTP_PORT=8080"), run.toString());
    assertTrue(run.path("Env").toString().contains("PATH=/opt/java/bin"), run.toString());
    assertEquals("1.2", run.path("Labels").path("org.opencontainers.image.version").asText());
    Map<String, byte[]> files = new TreeMap<>();
    for (JsonNode layer : manifest(tar).path("layers")) {
      files.putAll(
          entries(
              new GZIPInputStream(
                  new ByteArrayInputStream(blob(tar, layer.path("digest").asText())))));
    }
    assertEquals(
        "app/ours.jar", new String(files.get("deployments/app/ours.jar"), StandardCharsets.UTF_8));
    assertTrue(files.containsKey("deployments/lib/main/a.jar"), files.keySet().toString());
    assertTrue(files.containsKey("deployments/quarkus-run.jar"), files.keySet().toString());
    assertTrue(files.containsKey("licenses/NOTICE"), files.keySet().toString());
  }

  /** As CUDA's: a new version of ours does not send it again. */
  @Test
  void aLargeLibraryIsALayerOfItsOwn() throws Exception {
    try (RandomAccessFile large =
        new RandomAccessFile(application.resolve("lib/main/cuda.jar").toFile(), "rw")) {
      large.setLength(33L << 20);
    }
    build("first", "trainer");
    List<String> before = layersOf("first", "deployments/lib/main/");
    Files.writeString(application.resolve("lib/main/a.jar"), "changed");
    build("second", "trainer");
    List<String> after = layersOf("second", "deployments/lib/main/");
    assertEquals(2, before.size());
    assertEquals(before.getFirst(), after.getFirst());
    assertNotEquals(before.getLast(), after.getLast());
    assertEquals(List.of(before.getFirst()), layersOf("first", "deployments/lib/main/cuda.jar"));
  }

  /** The inference service's image for GPUs: its base has CUDA, and no Java. */
  @Test
  void aRuntimeMayLieBetweenBaseAndApplication() throws Exception {
    Path release = Files.writeString(folder.resolve("release"), "25");
    FileEntriesLayer java =
        FileEntriesLayer.builder()
            .setName("java")
            .addEntry(release, AbsoluteUnixPath.get(RuntimeRoot.JAVA + "/release"))
            .build();
    new ImageBuilder(null, List.of(java), "1.2")
        .build("inference-cuda", containerfile("inference"), application, target("first", "i"));
    assertEquals(1, layersOf("first", "opt/java/release").size());
    assertTrue(config(tar("first")).at("/config/Env").toString().contains("JAVA_HOME=/opt/java"));
  }

  /** Digests of the layers that hold a file whose path begins so. */
  private List<String> layersOf(String image, String begins) throws IOException {
    Map<String, byte[]> tar = tar(image);
    List<String> layers = new ArrayList<>();
    for (JsonNode layer : manifest(tar).path("layers")) {
      String digest = layer.path("digest").asText();
      if (entries(new GZIPInputStream(new ByteArrayInputStream(blob(tar, digest))))
          .keySet()
          .stream()
          .anyMatch(name -> name.startsWith(begins))) {
        layers.add(digest);
      }
    }
    return layers;
  }

  private Map<String, byte[]> tar(String image) throws IOException {
    return entries(Files.newInputStream(folder.resolve(image + ".tar")));
  }

  @Test
  void theSameFilesMakeTheSameDigestWhateverTheirTimes() throws Exception {
    String first = build("first", "splitter");
    Files.setLastModifiedTime(
        application.resolve("app/ours.jar"), FileTime.fromMillis(1_000_000_000_000L));
    assertEquals(first, build("second", "splitter"));
    assertEquals(-1, Files.mismatch(folder.resolve("first.tar"), folder.resolve("second.tar")));
    Files.writeString(application.resolve("app/ours.jar"), "changed");
    assertNotEquals(first, build("third", "splitter"));
  }

  @Test
  void everyContainerfileIsUnderstood() throws IOException {
    for (String service : List.of("splitter", "orchestrator", "inference", "trainer")) {
      Containerfile file = containerfile(service);
      assertEquals("10001", file.user(), service);
      assertEquals(
          List.of("lib/", "quarkus/", "quarkus-run.jar", "app/", "licenses/"),
          file.copies().stream().map(Containerfile.Copy::from).toList(),
          service);
    }
    Path odd = Files.writeString(folder.resolve("odd"), "VOLUME /data\n");
    assertTrue(
        assertThrows(UserErrorException.class, () -> Containerfile.read(odd))
            .getMessage()
            .contains("VOLUME /data"));
  }

  @Test
  void whatIsNotBuiltIsNamed() throws IOException {
    Files.delete(application.resolve("quarkus-run.jar"));
    assertTrue(
        assertThrows(UserErrorException.class, () -> build("first", "splitter"))
            .getMessage()
            .contains("make build"));
  }

  private String build(String tar, String service) throws IOException, InterruptedException {
    return new ImageBuilder(null, List.of(), "1.2")
        .build(service, containerfile(service), application, target(tar, service));
  }

  private Containerizer target(String tar, String service) {
    try {
      Containerizer target =
          Containerizer.to(
              TarImage.at(folder.resolve(tar + ".tar")).named("mococxr/" + service + ":1.2"));
      target.setApplicationLayersCache(folder.resolve("cache-" + tar));
      target.setBaseImageLayersCache(folder.resolve("base-" + tar));
      return target.setOfflineMode(true);
    } catch (InvalidImageReferenceException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Containerfile containerfile(String service) throws IOException {
    return Containerfile.read(SERVICES.resolve(service + "/src/main/docker/Containerfile"));
  }

  private static JsonNode manifest(Map<String, byte[]> tar) throws IOException {
    JsonNode index = Json.MAPPER.readTree(tar.get("index.json"));
    return Json.MAPPER.readTree(blob(tar, index.at("/manifests/0/digest").asText()));
  }

  private static JsonNode config(Map<String, byte[]> tar) throws IOException {
    return Json.MAPPER.readTree(blob(tar, manifest(tar).at("/config/digest").asText()));
  }

  private static byte[] blob(Map<String, byte[]> tar, String digest) {
    return tar.get("blobs/" + digest.replace(':', '/'));
  }

  private static Map<String, byte[]> entries(InputStream stream) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (TarArchiveInputStream tar = new TarArchiveInputStream(stream)) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (!entry.isDirectory()) {
          entries.put(entry.getName(), tar.readAllBytes());
        }
      }
    }
    return entries;
  }
}

package org.mococxr.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.TarImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
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
        List.of("lib/main/a.jar", "quarkus/q.jar", "quarkus-run.jar", "app/ours.jar")) {
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
                  new java.io.ByteArrayInputStream(blob(tar, layer.path("digest").asText())))));
    }
    assertEquals(
        "app/ours.jar", new String(files.get("deployments/app/ours.jar"), StandardCharsets.UTF_8));
    assertTrue(files.containsKey("deployments/lib/main/a.jar"), files.keySet().toString());
    assertTrue(files.containsKey("deployments/quarkus-run.jar"), files.keySet().toString());
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
          List.of("lib/", "quarkus/", "quarkus-run.jar", "app/"),
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
    Containerizer target;
    try {
      target =
          Containerizer.to(
              TarImage.at(folder.resolve(tar + ".tar")).named("mococxr/" + service + ":1.2"));
    } catch (com.google.cloud.tools.jib.api.InvalidImageReferenceException e) {
      throw new IllegalStateException(e);
    }
    target.setApplicationLayersCache(folder.resolve("cache-" + tar));
    target.setBaseImageLayersCache(folder.resolve("base-" + tar));
    target.setOfflineMode(true);
    return new ImageBuilder(null, List.of(), "1.2")
        .build(service, containerfile(service), application, target);
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

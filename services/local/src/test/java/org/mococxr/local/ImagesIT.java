package org.mococxr.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.foundation.Json;
import org.mococxr.local.testing.BuiltImages;
import org.mococxr.testkit.cluster.ImageArchive;

/** The images of what was packaged. */
@Tag("slow")
class ImagesIT {
  private static final BuiltImages IMAGES =
      new BuiltImages(Path.of(System.getProperty("mococxr.home")));
  private static final String VERSION = "0.1.0";
  private static final long MEGABYTE = 1_000_000;

  private static Map<String, String> digests;

  @BeforeAll
  static void make() throws Exception {
    digests = IMAGES.make(VERSION);
  }

  @Test
  void twiceMadeAllHaveTheSameDigests() throws Exception {
    assertEquals(BuiltImages.SERVICES.size(), digests.size());
    IMAGES.forget();
    assertEquals(digests, IMAGES.make(VERSION));
  }

  @ParameterizedTest
  @CsvSource({"splitter, 120", "orchestrator, 120", "inference, 150", "trainer, 250"})
  void anImageHoldsTheServiceAndNothingElse(String service, long megabytes) throws Exception {
    ImageArchive image = IMAGES.unpacked(service);
    JsonNode run = image.configuration();
    assertEquals("10001", run.path("User").asText());
    assertEquals("/deployments", run.path("WorkingDir").asText());
    assertEquals("java", run.at("/Entrypoint/0").asText());
    assertEquals(
        "quarkus-run.jar", run.path("Entrypoint").path(run.path("Entrypoint").size() - 1).asText());
    assertTrue(Files.isRegularFile(image.root().resolve("deployments/quarkus-run.jar")));
    // Without a base: no shell, no package manager.
    assertEquals(
        Set.of("deployments", "etc", "lib", "lib64", "licenses", "opt", "tmp"),
        names(image.root()));
    assertEquals(Set.of("group", "nsswitch.conf", "passwd"), names(image.root().resolve("etc")));
    long ours =
        image.layers().stream()
            .filter(layer -> layer.holds("deployments") || layer.holds("licenses"))
            .filter(layer -> !layer.holds("opt/java"))
            .mapToLong(ImageArchive.Layer::bytes)
            .sum();
    assertTrue(ours < megabytes * MEGABYTE, service + ": " + ours + " bytes");
    // What the user may write to is none of the image's.
    try (Stream<Path> files = Files.walk(image.root())) {
      assertEquals(
          List.of(image.root().resolve("tmp")), files.filter(ImagesIT::othersMayWrite).toList());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"splitter", "orchestrator", "inference", "trainer"})
  void theBillOfMaterialsListsEveryLibraryOfTheImage(String service) throws Exception {
    Path root = IMAGES.unpacked(service).root();
    JsonNode bill = Json.MAPPER.readTree(root.resolve("licenses/sbom.cdx.json").toFile());
    assertEquals(service, bill.at("/metadata/component/name").asText());
    Set<String> listed = new TreeSet<>();
    bill.path("components")
        .forEach(
            part -> {
              String classifier =
                  part.path("purl").asText().contains("classifier=")
                      ? "-" + part.path("purl").asText().replaceAll(".*classifier=([^&]*).*", "$1")
                      : "";
              listed.add(
                  part.path("group").asText()
                      + "."
                      + part.path("name").asText()
                      + "-"
                      + part.path("version").asText()
                      + classifier
                      + ".jar");
              assertFalse(part.at("/licenses/0/license/id").asText().isEmpty(), part.toString());
            });
    try (Stream<Path> jars = Files.walk(root.resolve("deployments/lib"))) {
      assertEquals(
          jars.map(jar -> jar.getFileName().toString())
              .filter(name -> name.endsWith(".jar"))
              .collect(Collectors.toCollection(TreeSet::new)),
          listed);
    }
    String notices = Files.readString(root.resolve("licenses/THIRD-PARTY.txt"));
    assertTrue(notices.contains("com.fasterxml.jackson.core:jackson-databind:"), notices);
    assertTrue(Files.readString(root.resolve("licenses/NOTICE")).startsWith("MoCo-CXR"));
    assertTrue(Files.readString(root.resolve("licenses/LICENSE")).contains("Apache License"));
  }

  private static boolean othersMayWrite(Path path) {
    try {
      return !Files.isSymbolicLink(path)
          && Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}

package org.mococxr.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is packaged for users holds nothing that only tests and benchmarks use. */
class ShippedJarsIT {
  private static final Pattern FOR_TESTS =
      Pattern.compile(
          ".*(junit|opentest4j|testkit|awaitility|archunit|s3proxy|mockserver|server-mock|bench"
              + "|rest-assured|-tests).*\\.jar");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "splitter/target/quarkus-app",
        "trainer/target/quarkus-app",
        "orchestrator/target/quarkus-app",
        "inference/target/quarkus-app",
        "local/target/app"
      })
  void aServicesFolderHasNoTestOrBenchmarkCode(String folder) throws IOException {
    List<Path> jars;
    try (Stream<Path> files = Files.walk(Path.of("..", folder))) {
      jars = files.filter(file -> file.toString().endsWith(".jar")).toList();
    }
    assertFalse(jars.isEmpty(), folder + " is not built: run the whole build, mvn verify");
    assertEquals(
        List.of(),
        jars.stream()
            .filter(jar -> FOR_TESTS.matcher(jar.getFileName().toString()).matches())
            .toList());
    assertEquals(List.of(), jars.stream().flatMap(ShippedJarsIT::classesForTests).toList());
  }

  private static Stream<String> classesForTests(Path jar) {
    try (ZipFile content = new ZipFile(jar.toFile())) {
      return content.stream()
          .map(ZipEntry::getName)
          .filter(name -> name.startsWith("org/mococxr/") && name.endsWith(".class"))
          .filter(name -> name.contains("/bench/") || name.contains("/testing/"))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(jar + " cannot be read", e);
    }
  }
}

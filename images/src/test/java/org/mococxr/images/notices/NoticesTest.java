package org.mococxr.images.notices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.PackageVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.cyclonedx.Version;
import org.cyclonedx.parsers.JsonParser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;

class NoticesTest {
  private static final String APACHE =
      "<licenses><license><name>Apache-2.0</name><url>x</url></license></licenses>";

  @TempDir Path folder;
  private Path application;
  private LocalRepository repository;

  @BeforeEach
  void anApplication() throws IOException {
    application = Files.createDirectories(folder.resolve("quarkus-app"));
    repository = new LocalRepository(folder.resolve("repository"));
    jar("org.example.plain-1.jar", Map.of("META-INF/NOTICE.txt", "Made by one.\r\n"));
    jar("org.example.natives-2-linux.jar", Map.of("LICENSE", "Made by two."));
    jar("org.mococxr.mococxr-events-3.jar", Map.of("META-INF/LICENSE", "Ours."));
    Files.writeString(
        application.resolve("quarkus-app-dependencies.txt"),
        """
        org.example:plain::jar:1
        org.example:natives:linux:jar:2
        org.mococxr:mococxr-events::jar:3
        """);
    pom(
        "plain",
        "1",
        "<parent><groupId>org.example</groupId><artifactId>top</artifactId>"
            + "<version>9</version></parent>");
    pom("top", "9", APACHE);
    pom("natives", "2", licences("LGPL, version 2.1", "MIT License"));
  }

  @Test
  void theBillListsEveryLibraryAndIsWhatCycloneDxAsksFor() throws Exception {
    String bill = Bill.of("splitter", "1.2", libraries());
    assertEquals(
        List.of(),
        new JsonParser().validate(bill.getBytes(StandardCharsets.UTF_8), Version.VERSION_16));
    JsonNode document = Json.MAPPER.readTree(bill);
    assertEquals("1.6", document.path("specVersion").asText());
    assertEquals(3, document.path("components").size());
    JsonNode natives = document.at("/components/0");
    assertEquals(
        "pkg:maven/org.example/natives@2?classifier=linux&type=jar", natives.path("purl").asText());
    // One of two licences: the one that is allowed.
    assertEquals("MIT", natives.at("/licenses/0/license/id").asText());
    // The parent's.
    assertEquals("Apache-2.0", document.at("/components/1/licenses/0/license/id").asText());
    // A second one has the same bytes: no time, no serial number.
    assertEquals(bill, Bill.of("splitter", "1.2", libraries()));
    assertFalse(document.has("serialNumber"));
    assertFalse(document.at("/metadata").has("timestamp"));
  }

  @Test
  void theBillHasTheDigestThatSha256sumGives() throws IOException {
    Files.writeString(application.resolve("lib/main/org.example.plain-1.jar"), "abc");
    JsonNode document = Json.MAPPER.readTree(Bill.of("splitter", "1.2", libraries()));
    // FIPS 180-2, appendix B.1.
    assertEquals(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        document.at("/components/1/hashes/0/content").asText());
  }

  @Test
  void noticesOfThirdPartiesAreListedWithThoseThatHaveThem() throws IOException {
    String text = Notices.thirdParties(libraries());
    assertTrue(text.matches("(?s).*org\\.example:natives:2 +MIT\\n.*"), text);
    assertTrue(text.contains("offers several, the one\nlisted here is taken"), text);
    assertTrue(text.contains("org.example:plain:1\n\nMade by one.\n"), text);
    assertTrue(text.contains("Made by two."), text);
    assertFalse(text.contains("Ours."), text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GNU General Public License, version 3",
        "GNU Affero General Public License v3.0",
        "GPL-2.0-with-classpath-exception",
        "NVIDIA Proprietary Software",
        "Server Side Public License",
        "Apache-2.0 WITH Commons Clause",
        "Business Source License 1.1",
      })
  void aLicenceThatIsNotAllowedIsRefusedWithTheLibrary(String licence) throws IOException {
    pom("plain", "1", licences(licence));
    UserErrorException refused =
        assertThrows(UserErrorException.class, () -> Bill.of("splitter", "1.2", libraries()));
    assertTrue(refused.getMessage().contains("org.example:plain:1"), refused.getMessage());
    assertTrue(refused.getMessage().contains(licence), refused.getMessage());
  }

  /** Names as they stand in POMs of libraries that we ship. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Apache 2.0 | Apache-2.0",
        "Apache License v2.0 | Apache-2.0",
        "Apache License, Version 2.0 | Apache-2.0",
        "The Apache Software License, version 2.0 | Apache-2.0",
        "BSD 2-Clause License | BSD-2-Clause",
        "BSD-3-Clause | BSD-3-Clause",
        "EDL 1.0 | BSD-3-Clause",
        "Eclipse Distribution License - v 1.0 | BSD-3-Clause",
        "Eclipse Public License v. 2.0 | EPL-2.0",
        "EPL 2.0 | EPL-2.0",
        "MIT-0 | MIT-0",
        "Public Domain, per Creative Commons CC0 | CC0-1.0",
      })
  void licencesHaveTheirSpdxIdentifier(String name, String spdx) {
    Library library =
        new Library("g", "a", "1", "", Path.of("x"), List.of(new Library.Licence(name, "")));
    assertEquals(spdx, Licences.taken(library));
  }

  @Test
  void aLibraryWithoutALicenceIsRefused() throws IOException {
    pom("plain", "1", "");
    assertTrue(
        assertThrows(UserErrorException.class, () -> Bill.of("splitter", "1", libraries()))
            .getMessage()
            .contains("name no licence"));
  }

  @Test
  void pomsAreReadWhereMavenKeptThemAndNotWhereItUsuallyDoes() throws IOException {
    String home = System.getProperty("user.home");
    System.setProperty("user.home", folder.toString());
    try {
      assertEquals(
          List.of("The Apache Software License, Version 2.0"),
          LocalRepository.ofThisBuild()
              .licences(
                  "com.fasterxml.jackson.core",
                  "jackson-databind",
                  PackageVersion.VERSION.toString())
              .stream()
              .map(Library.Licence::name)
              .toList());
    } finally {
      System.setProperty("user.home", home);
    }
  }

  @Test
  void aPomThatIsMissingIsNamed() throws IOException {
    Files.delete(folder.resolve("repository/org/example/top/9/top-9.pom"));
    assertTrue(
        assertThrows(UserErrorException.class, this::libraries)
            .getMessage()
            .contains("org/example/top/9/top-9.pom"));
  }

  @Test
  void aJarThatIsInNoListIsRefused() throws IOException {
    jar("org.example.stray-1.jar", Map.of());
    assertTrue(
        assertThrows(UserErrorException.class, this::libraries)
            .getMessage()
            .contains("org.example.stray-1.jar"));
  }

  private List<Library> libraries() throws IOException {
    return Application.libraries(application, repository);
  }

  private static String licences(String... names) {
    StringBuilder list = new StringBuilder("<licenses>");
    for (String name : names) {
      list.append("<license><name>").append(name).append("</name></license>");
    }
    return list + "</licenses>";
  }

  private void pom(String name, String version, String content) throws IOException {
    Path pom =
        folder.resolve(
            "repository/org/example/%s/%s/%s-%s.pom".formatted(name, version, name, version));
    Files.createDirectories(pom.getParent());
    Files.writeString(pom, "<project>" + content + "</project>");
  }

  private void jar(String name, Map<String, String> files) throws IOException {
    Path jar = application.resolve("lib/main").resolve(name);
    Files.createDirectories(jar.getParent());
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (var file : files.entrySet()) {
        zip.putNextEntry(new ZipEntry(file.getKey()));
        zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
  }
}

package org.mococxr.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuntimeRootTest {
  @TempDir Path folder;

  /** After an update of the JDK no image has the old runtime. */
  @Test
  void aRuntimeOfAnotherJdkIsMadeAnew() throws IOException {
    RuntimeRoot runtime = RuntimeRoot.here(folder);
    assertFalse(runtime.isLinked());
    Path release = Files.createDirectories(folder.resolve("java")).resolve("release");
    // As jlink writes it.
    Files.writeString(
        release,
        "JAVA_VERSION=\"" + System.getProperty("java.version") + "\"\nMODULES=\"java.se\"\n");
    assertTrue(runtime.isLinked());
    Files.writeString(release, "JAVA_VERSION=\"21.0.1\"\nMODULES=\"java.se\"\n");
    assertFalse(runtime.isLinked());
  }

  /** LGPL-2.1, section 6, and GPL-3, section 4: a copy of the licence goes along. */
  @Test
  void theCLibraryBringsTheLicencesThatItsNoticeNames() throws IOException {
    assumeTrue(
        Files.isRegularFile(Path.of("/usr/share/doc/libc6/copyright"))
            && Files.isRegularFile(Path.of("/usr/share/common-licenses/LGPL-2.1")),
        "Debian's packages are not here");
    Files.createDirectories(folder.resolve("java"));
    FileEntriesLayer system = RuntimeRoot.here(folder).layers().getFirst();
    Set<String> files =
        system.getEntries().stream()
            .map(entry -> entry.getExtractionPath().toString())
            .filter(path -> path.startsWith("/licenses/system/"))
            .collect(Collectors.toSet());
    assertTrue(files.contains("/licenses/system/libc6"), files.toString());
    assertTrue(files.contains("/licenses/system/common-licenses/LGPL-2.1"), files.toString());
    assertEquals(
        Files.isRegularFile(Path.of("/usr/share/doc/libgcc-s1/copyright")),
        files.contains("/licenses/system/common-licenses/GPL-3"),
        files.toString());
  }
}

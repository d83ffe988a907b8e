package org.mococxr.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

class NeedsTest {
  @TempDir Path folder;

  @Test
  void theFirstNameOnTheSearchPathIsTaken() throws Exception {
    Path tool = Files.writeString(folder.resolve("second"), "");
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwx------"));
    assertEquals(tool, Needs.tool(Map.of("PATH", "/nowhere:" + folder), "first", "second"));
  }

  @Test
  void aMissingToolSkipsTheTestAndFailsItUnderCi() {
    String path = folder.toString();
    String reason =
        assertThrows(
                TestAbortedException.class, () -> Needs.tool(Map.of("PATH", path), "one", "other"))
            .getMessage();
    assertTrue(reason.contains("one or other"), reason);
    assertThrows(
        AssertionFailedError.class,
        () -> Needs.tool(Map.of("PATH", path, "CI", "true"), "one", "other"));
  }

  @Test
  void missingSharedDataSkipsTheTest() {
    String reason =
        assertThrows(TestAbortedException.class, () -> Needs.shared("data/no-such-thing"))
            .getMessage();
    assertTrue(reason.contains("../shared/data/no-such-thing"), reason);
  }
}

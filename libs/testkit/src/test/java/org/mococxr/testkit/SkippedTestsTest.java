package org.mococxr.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

class SkippedTestsTest {
  @TempDir Path folder;

  /** Surefire runs no nested class that is static, so these run only below. */
  static class OneOfThree {
    @Test
    void runs() {}

    @Test
    void aborts() {
      Assumptions.assumeTrue(false, "needs a tool");
    }

    @Test
    @Disabled("for now")
    void isDisabled() {}
  }

  static class NoneOfTwo {
    @BeforeAll
    static void abort() {
      Assumptions.assumeTrue(false, "needs data");
    }

    @Test
    void one() {}

    @Test
    void two() {}
  }

  @Test
  void everySkippedTestOrClassIsWrittenWithItsReason() throws Exception {
    Path file = folder.resolve("target/skipped-tests.txt");
    LauncherFactory.create(
            LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .addTestExecutionListeners(new SkippedTests(file))
                .build())
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(OneOfThree.class), selectClass(NoneOfTwo.class))
                .build());
    assertEquals(
        List.of(
            "for now\t" + OneOfThree.class.getName() + ".isDisabled",
            "needs a tool\t" + OneOfThree.class.getName() + ".aborts",
            "needs data\t" + NoneOfTwo.class.getName() + " (all tests)"),
        Files.readAllLines(file).stream().sorted().toList());
  }
}

package org.mococxr.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.PackagedService;
import org.mococxr.inference.testing.PythonEnvironment;
import org.mococxr.inference.testing.TinyNetwork;
import org.mococxr.testkit.LocalProcess;

/**
 * The archive of loaded classes that {@code bin/archive-service} makes.
 *
 * <ol>
 *   <li>The archive is made of the packaged service, which answers every request meanwhile.
 *   <li>The JVM takes it: with {@code AOTMode=on} it does not start with one that does not fit.
 *   <li>A start takes less work than without it.
 * </ol>
 */
class ArchivedClassesIT {
  private static final Path ARCHIVE = Path.of("target/inference.aot").toAbsolutePath();

  @TempDir Path folder;

  @Test
  @Timeout(value = 7, unit = TimeUnit.MINUTES)
  void aServiceStartsWithLessWork() throws Exception {
    Assumptions.assumeTrue(Runtime.version().feature() >= 25, "needs JDK 25");
    Path script = Path.of("../../bin/archive-service").toAbsolutePath();
    Path log = folder.resolve("archive.log");
    int code = PythonEnvironment.run(log, 300, script.toString());
    assertEquals(0, code, Files.readString(log));
    assertFalse(Files.readString(log).contains("mococxr:"), Files.readString(log));
    Bundle bundle = Bundle.write(folder.resolve("m"), "m", "1", TinyNetwork.brightness(8));
    Duration with = workOfStart(bundle, "-XX:AOTCache=" + ARCHIVE, "-XX:AOTMode=on");
    Duration without = workOfStart(bundle, "-XX:AOTMode=off");
    System.out.println("processor time until ready: " + with + ", without archive " + without);
    assertTrue(with.toMillis() < 0.75 * without.toMillis(), with + " with, " + without);
  }

  /** The network that the service serves while the archive is made is one that tests know. */
  @Test
  void theNetworkOfTheRehearsalIsTheTiny() throws Exception {
    assertArrayEquals(
        TinyNetwork.brightness(320).toOnnx(),
        Files.readAllBytes(Path.of("src/main/archive/model.onnx")));
  }

  /** Processor time until the service is ready: other work on this machine does not change it. */
  private Duration workOfStart(Bundle bundle, String... options) throws Exception {
    try (LocalProcess service =
        PackagedService.start(bundle, folder.resolve("service.log"), options)) {
      return service.process().info().totalCpuDuration().orElseThrow();
    }
  }
}

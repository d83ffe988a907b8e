package org.mococxr.trainer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Short commands start in a fraction of a second because they load little. */
class LoadedClassesTest {
  private static final List<String> ENGINES =
      List.of(
          "ai.djl.",
          "ai.onnxruntime.",
          "org.apache.kafka.",
          "io.quarkus.runtime.",
          "io.quarkus.arc.",
          "io.quarkus.runner.",
          "io.vertx.",
          "software.amazon.");

  @TempDir Path folder;

  @Test
  @Tag("slow")
  void versionHelpDataSetsSplitsAndIntervalsLoadNoPyTorchKafkaOrQuarkus() throws Exception {
    List<String> loaded = loaded("org.mococxr.trainer.cli.Rehearsal");
    assertTrue(loaded.contains("org.mococxr.datasets.splitting.Splitting"), "split was run");
    assertTrue(loaded.contains("org.mococxr.trainer.cli.IntervalsCommand"), "intervals were run");
    List<String> needless =
        loaded.stream().filter(name -> ENGINES.stream().anyMatch(name::startsWith)).toList();
    assertEquals(List.of(), needless);
  }

  /** Names of the classes that a program loads in a process of its own. */
  private List<String> loaded(String program) throws IOException, InterruptedException {
    Path log = folder.resolve("classes.txt");
    Path said = folder.resolve("said.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Xlog:class+load:file=" + log + ":none:filecount=0",
                "-cp",
                System.getProperty("java.class.path"),
                program)
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      assertTrue(process.waitFor(600, TimeUnit.SECONDS), "ends in ten minutes");
    } finally {
      process.destroyForcibly();
    }
    assertEquals(0, process.exitValue(), Files.readString(said));
    try (Stream<String> lines = Files.lines(log)) {
      return lines.map(line -> line.split(" ", 2)[0]).toList();
    }
  }
}

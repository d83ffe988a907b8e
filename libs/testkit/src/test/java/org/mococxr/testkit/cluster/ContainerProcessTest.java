package org.mococxr.testkit.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerProcessTest {
  @TempDir private Path folder;

  /** Its trainer would say that it was preempted, which nobody hears of a node that is gone. */
  @Test
  void abandonedItHasNoLastWords() throws Exception {
    for (int i = 0; i < 5; i++) {
      Path ready = folder.resolve("ready-" + i);
      Path words = folder.resolve("words-" + i);
      String script =
          "trap 'echo told > %s' TERM; echo > %s; while :; do :; done".formatted(words, ready);
      ContainerProcess container =
          new ContainerProcess(
              new ContainerBuilder().withName("trainer").withImage("test").build(),
              "Always",
              "127.0.0.1",
              folder.resolve("log"),
              folder.resolve("message"),
              prepared -> new ProcessBuilder("sh", "-c", script),
              () -> {});
      Thread thread = Thread.ofPlatform().daemon().start(container);
      Awaitility.await("the process").until(() -> Files.exists(ready));

      container.abandon();

      thread.join(Duration.ofSeconds(20));
      assertFalse(thread.isAlive());
      assertEquals(ContainerProcess.KILLED, container.exitCode());
      assertFalse(Files.exists(words), "SIGTERM came before SIGKILL");
    }
  }
}

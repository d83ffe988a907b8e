package org.mococxr.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.local.work.Installation;
import picocli.CommandLine;

/** What the commands that run services say of themselves. */
class MainTest {
  @Test
  void theListOfCommandsHasWholeSentences() {
    // The list shows the first paragraph of a command's description.
    new CommandLine(Main.class)
        .getSubcommands()
        .forEach(
            (name, command) -> {
              String shown = command.getCommandSpec().usageMessage().description()[0];
              assertTrue(shown.endsWith("."), name + ": " + shown);
            });
  }

  @Test
  void whatStopsServicesNamesTheirFolder(@TempDir Path home) {
    String before = System.getProperty(Installation.HOME_PROPERTY);
    System.setProperty(Installation.HOME_PROPERTY, home.toString());
    try {
      assertEquals("make down", down());
      assertEquals("make down", down("--work", home.resolve("work/up").toString()));
      Path other = home.resolve("other");
      assertEquals("bin/mococxr down --work " + other, down("--work", other.toString()));
    } finally {
      if (before == null) {
        System.clearProperty(Installation.HOME_PROPERTY);
      } else {
        System.setProperty(Installation.HOME_PROPERTY, before);
      }
    }
  }

  private static String down(String... arguments) {
    @CommandLine.Command
    class Started {
      @CommandLine.Mixin private final WorkOption work = new WorkOption();
    }

    Started started = new Started();
    new CommandLine(started).parseArgs(arguments);
    return started.work.down();
  }
}

package org.mococxr.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.FileHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Where this process' own log goes: Kafka's broker and clients are talkative. */
final class Logs {
  /** The library that writes it, kept from the garbage collector. */
  private static final Logger ROOT = LogManager.getLogManager().getLogger("");

  private Logs() {}

  /** Warnings and worse go to the file, and nothing to the terminal. */
  static void toFile(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    silent();
    FileHandler handler = new FileHandler(file.toString().replace("%", "%%"), true);
    handler.setFormatter(new SimpleFormatter());
    ROOT.addHandler(handler);
    ROOT.setLevel(Level.WARNING);
  }

  /** Nothing at all, for commands that only ask. */
  static void silent() {
    for (Handler handler : ROOT.getHandlers()) {
      ROOT.removeHandler(handler);
    }
  }
}

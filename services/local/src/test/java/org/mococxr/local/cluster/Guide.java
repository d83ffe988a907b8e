package org.mococxr.local.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** The commands of docs/operations.md: what it tells an operator to type is what is run. */
final class Guide {
  private static final String INDENT = "    ";

  private Guide() {}

  /**
   * A block of commands.
   *
   * @param heading of its section
   * @param number among the section's blocks, from 0
   * @param namespace stands for {@code mococxr}
   */
  static String commands(String heading, int number, String namespace) throws IOException {
    List<String> blocks = new ArrayList<>();
    boolean within = false;
    boolean blank = false;
    for (String line : Files.readAllLines(Values.HOME.resolve("docs/operations.md"))) {
      if (line.startsWith("## ")) {
        within = line.equals("## " + heading);
      } else if (within && line.startsWith(INDENT)) {
        String command = line.substring(INDENT.length()) + "\n";
        if (blank) {
          blocks.add(command);
        } else {
          blocks.add(blocks.removeLast() + command);
        }
      }
      blank = line.isBlank();
    }
    return blocks.get(number).replace("-n mococxr ", "-n " + namespace + " ");
  }
}

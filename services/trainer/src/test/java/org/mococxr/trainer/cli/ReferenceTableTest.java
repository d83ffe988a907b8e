package org.mococxr.trainer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.option.Declared;
import picocli.CommandLine;

/**
 * The table of the reference's options in docs/method.md has them all, and names nothing of ours
 * that does not exist.
 */
class ReferenceTableTest {
  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
  private static final Pattern FLAG = Pattern.compile("([a-z ]+) (--[a-z-]+)");
  private static final Pattern FILE = Pattern.compile("[a-z]+(?:\\.[a-z]+)+");

  /** What stands on our side of the rows. */
  private static List<String> ours() throws IOException {
    String page = Files.readString(Path.of("../../docs/method.md"));
    String section = page.substring(page.indexOf("\n## 7. "));
    List<String> ours = new ArrayList<>();
    section
        .lines()
        .filter(line -> line.startsWith("| "))
        .forEach(
            line -> {
              Matcher quoted = QUOTED.matcher(line.split("\\|")[2]);
              while (quoted.find()) {
                ours.add(quoted.group(1));
              }
            });
    return ours;
  }

  /** The rows under the heading that names a program. */
  private static String table(String program) throws IOException {
    String page = Files.readString(Path.of("../../docs/method.md"));
    for (String part : page.substring(page.indexOf("\n## 7. ")).split("\n\\*\\*")) {
      if (part.contains('`' + program + '`')) {
        return part;
      }
    }
    throw new AssertionError("no table is for " + program);
  }

  @Test
  void everyOptionOfTheReferenceHasItsRow() throws IOException {
    Set<String> missing = new TreeSet<>();
    int options = 0;
    for (String line : Files.readAllLines(Path.of("src/test/resources/reference_options.txt"))) {
      if (line.startsWith("#")) {
        continue;
      }
      List<String> words = List.of(line.split(" "));
      List<Pattern> listed = new ArrayList<>();
      for (String row : table(words.getFirst()).lines().filter(l -> l.startsWith("|")).toList()) {
        Matcher quoted = QUOTED.matcher(row.split("\\|")[1]);
        while (quoted.find()) {
          listed.add(Pattern.compile(quoted.group(1).replace("*", "\\w+")));
        }
      }
      for (String option : words.subList(1, words.size())) {
        options++;
        if (listed.stream().noneMatch(one -> one.matcher(option).matches())) {
          missing.add(words.getFirst() + " " + option);
        }
      }
    }
    assertEquals(Set.of(), missing);
    assertTrue(options > 150, options + " options");
  }

  @Test
  void everyNameOfOursExists() throws IOException {
    CommandLine tool = Tool.of();
    Set<String> options = new TreeSet<>();
    Declared.of(ExperimentSpec.class).forEach(option -> options.add(option.name() + ":"));
    String sources = sources();
    Set<String> dead = new TreeSet<>();
    List<String> ours = ours();
    for (String name : ours) {
      Matcher flag = FLAG.matcher(name);
      boolean exists;
      if (flag.matches()) {
        CommandLine command = command(tool, flag.group(1));
        exists = command != null && command.getCommandSpec().findOption(flag.group(2)) != null;
      } else if (name.endsWith(":")) {
        exists = options.contains(name);
      } else if (FILE.matcher(name).matches()) {
        exists = sources.contains('"' + name + '"');
      } else {
        exists = command(tool, name) != null || sources.contains('"' + name + '"');
      }
      if (!exists) {
        dead.add(name);
      }
    }
    assertEquals(Set.of(), dead);
    assertTrue(ours.size() > 80, ours.size() + " names found");
  }

  private static CommandLine command(CommandLine tool, String words) {
    CommandLine command = tool;
    for (String word : words.split(" ")) {
      command = command == null ? null : command.getSubcommands().get(word);
    }
    return command;
  }

  private static String sources() throws IOException {
    StringBuilder all = new StringBuilder();
    for (String modules : List.of("../../libs", "..")) {
      try (Stream<Path> files = Files.walk(Path.of(modules))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          if (file.toString().contains("/src/main/")) {
            all.append(Files.readString(file));
          }
        }
      }
    }
    return all.toString();
  }
}

package org.mococxr.testkit.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A table of settings in a page: the first column has names between backticks, the second their
 * defaults, in the same order and separated by commas. {@code ….} in front of a name stands for the
 * prefix, a dot alone for the section of the row's first name, and {@code <name>} for a name that
 * users choose.
 */
public final class SettingsTable {
  private static final Pattern ROW = Pattern.compile("\\| (`.*?) \\| (.*?) ?\\| .*\\|");
  private static final Pattern NAME = Pattern.compile("`([^`]+)`");
  private static final Pattern TIME = Pattern.compile("(\\d+) ?(ms|s|min|m|h|d)");

  private SettingsTable() {}

  /**
   * What the tables of a section say.
   *
   * @param heading of the section, without its marks
   * @param prefix of the properties, which names may have
   * @return the text of each property's default by its name without the prefix
   */
  public static Map<String, String> of(Path page, String heading, String prefix)
      throws IOException {
    Map<String, String> settings = new TreeMap<>();
    boolean within = false;
    for (String line : Files.readAllLines(page)) {
      if (line.startsWith("#")) {
        within = line.replaceFirst("#+ ", "").equals(heading);
      }
      Matcher row = ROW.matcher(line);
      if (within && row.matches()) {
        List<String> names = names(row.group(1), prefix);
        String[] defaults = row.group(2).split(", ");
        for (int i = 0; i < names.size(); i++) {
          boolean each = defaults.length == names.size();
          settings.put(names.get(i), each ? defaults[i] : row.group(2));
        }
      }
    }
    return settings;
  }

  private static List<String> names(String cell, String prefix) {
    List<String> names = new ArrayList<>();
    for (String name : NAME.matcher(cell).results().map(found -> found.group(1)).toList()) {
      String whole = name.replaceFirst("^….", "").replaceFirst("^" + prefix + "\\.", "");
      if (whole.startsWith(".")) {
        String first = names.getFirst();
        whole = first.substring(0, first.indexOf('.')) + whole;
      }
      names.add(whole.replaceAll("<[^>]+>", Settings.ANY));
    }
    return names;
  }

  /**
   * What is wrong with a table: names that are no settings, and defaults that are not the
   * settings'. Of a setting without a default the table may say anything.
   */
  public static List<String> faults(
      Map<String, String> table, Map<String, Optional<String>> settings) {
    List<String> faults = new ArrayList<>();
    table.forEach(
        (name, told) -> {
          Pattern named = Pattern.compile(Pattern.quote(name).replace(Settings.ANY, "\\E.+\\Q"));
          if (settings.keySet().stream().noneMatch(named.asMatchPredicate())) {
            faults.add(name + " is no setting");
          }
          Optional<String> value = settings.getOrDefault(name, Optional.empty());
          value
              .filter(is -> !(" " + plain(told)).endsWith(" " + plain(is)))
              .ifPresent(is -> faults.add(name + " is " + is + " by default, not " + told));
        });
    return faults;
  }

  /** Times in milliseconds, whichever way they are written, and nothing else changed. */
  private static String plain(String value) {
    String text = value.replace("`", "");
    if (text.startsWith("PT")) {
      return Duration.parse(text).toMillis() + " ms";
    }
    Matcher time = TIME.matcher(text);
    return time.matches() ? millis(time) : text;
  }

  private static String millis(MatchResult time) {
    long count = Long.parseLong(time.group(1));
    long unit =
        switch (time.group(2)) {
          case "ms" -> 1;
          case "s" -> 1000;
          case "min", "m" -> 60_000;
          case "h" -> 3_600_000;
          default -> 86_400_000;
        };
    return count * unit + " ms";
  }
}

package org.mococxr.datasets.reading;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mococxr.datasets.csv.CsvTable;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.DataSource;

/**
 * The tables of a folder that hold labels for its pictures: {@code labels.*}, or the only one that
 * does, or one for each official part. They lie in the folder itself or in one directly below.
 */
final class LabelFiles {
  private static final Set<String> UNREAD =
      Set.of("xls", "xlsb", "ods", "numbers", "parquet", "feather", "sav", "dta", "mdb", "accdb");

  private LabelFiles() {}

  /**
   * What was found.
   *
   * @param tables part to table; empty if no table has labels
   * @param notes which tables are not used, and why
   */
  record Found(Map<String, CsvTable> tables, List<String> notes) {}

  /**
   * Looks for labels of pictures.
   *
   * @param wanted tasks whose columns hold labels whatever is in them
   * @throws UserErrorException if several tables may hold them
   */
  static Found find(DataSource source, Pictures pictures, List<String> wanted) {
    Path root = source.rootPath();
    Found found = among(tables(root), source, pictures, wanted);
    List<String> notes = new ArrayList<>(unread(root));
    notes.addAll(found.notes());
    if (!found.tables().isEmpty()) {
      return new Found(found.tables(), notes);
    }
    List<Path> below = new ArrayList<>();
    folders(root).forEach(folder -> below.addAll(tables(folder)));
    // A folder per patient with a file of numbers each is no place for labels.
    Found deeper =
        below.size() > 20 ? new Found(Map.of(), List.of()) : among(below, source, pictures, wanted);
    notes.addAll(deeper.notes());
    return new Found(deeper.tables(), notes);
  }

  private static Found among(
      List<Path> files, DataSource source, Pictures pictures, List<String> wanted) {
    List<Path> usable = new ArrayList<>();
    List<Path> naming = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (Path file : files) {
      boolean named = ImageFiles.stem(name(file)).equalsIgnoreCase("labels");
      try {
        TableRows rows =
            TableRows.of(CsvTable.of(file, source.separator()), source, pictures, wanted);
        if (rows.isUsable() || named) {
          usable.add(file);
        } else if (rows.namesPictures() && rows.patientColumn().isPresent()) {
          naming.add(file);
        } else {
          notes.add(
              "not used: %s, which has no %s"
                  .formatted(name(file), rows.namesPictures() ? "labels" : "names of pictures"));
        }
      } catch (UserErrorException e) {
        if (named) {
          throw e;
        }
        notes.add("not used: " + name(file) + ", since it " + e.problem());
      }
    }
    List<Path> labels =
        usable.stream().filter(f -> ImageFiles.stem(name(f)).equalsIgnoreCase("labels")).toList();
    if (labels.size() == 1) {
      usable.stream()
          .filter(file -> !labels.contains(file))
          .forEach(
              file -> notes.add("not used: " + name(file) + ", beside " + name(labels.get(0))));
      return new Found(opened(Map.of("train", labels.get(0)), source), notes);
    }
    Map<String, Path> parts = parts(usable.isEmpty() && naming.size() == 1 ? naming : usable);
    return new Found(opened(parts, source), notes);
  }

  /** Tables of programs whose files are not read, and are easily exported. */
  private static List<String> unread(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> UNREAD.contains(ImageFiles.extension(name(file))))
          .sorted()
          .limit(3)
          .map(file -> "not used: " + name(file) + ", which is not read: save it as .xlsx or .csv")
          .toList();
    } catch (IOException e) {
      throw FileErrors.reading(folder, e, "check the folder");
    }
  }

  static Map<String, CsvTable> opened(Map<String, Path> parts, DataSource source) {
    Map<String, CsvTable> tables = new LinkedHashMap<>();
    parts.forEach((part, file) -> tables.put(part, CsvTable.of(file, source.separator())));
    return tables;
  }

  /** One table, or one for each part by its name. */
  private static Map<String, Path> parts(List<Path> files) {
    if (files.size() <= 1) {
      return files.isEmpty() ? Map.of() : Map.of("train", files.get(0));
    }
    Map<String, List<Path>> byPart = new TreeMap<>();
    for (Path file : files) {
      byPart.computeIfAbsent(part(file).orElse(""), k -> new ArrayList<>()).add(file);
    }
    boolean clear =
        byPart.containsKey("train")
            && !byPart.containsKey("")
            && byPart.values().stream().allMatch(list -> list.size() == 1);
    if (!clear) {
      throw UserErrorException.at(
          files.get(0).getParent(),
          "several tables may hold the labels: "
              + files.stream().map(LabelFiles::name).collect(Collectors.joining(", ")),
          "name the one with --labels FILE (data.labels)");
    }
    Map<String, Path> parts = new LinkedHashMap<>();
    List.of("train", "valid", "test")
        .forEach(
            part -> {
              if (byPart.containsKey(part)) {
                parts.put(part, byPart.get(part).get(0));
              }
            });
    return parts;
  }

  private static Optional<String> part(Path file) {
    return Stream.of(ImageFiles.stem(name(file)).split("[^A-Za-z]+"))
        .flatMap(word -> FolderNames.part(word).stream())
        .findFirst();
  }

  /** Tables directly in a folder, sorted. */
  static List<Path> tables(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(CsvTable::isTable)
          // What a competition wants to get back says nothing of its images.
          .filter(f -> !lower(f).contains("submission"))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw FileErrors.reading(folder, e, "check the folder");
    }
  }

  /** Folders directly in a folder, sorted; hidden ones are left out. */
  static List<Path> folders(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isDirectory)
          .filter(f -> !name(f).startsWith("."))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw FileErrors.reading(folder, e, "check the folder");
    }
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  /** A file's name in lower case. */
  static String lower(Path file) {
    return name(file).toLowerCase(Locale.ROOT);
  }
}

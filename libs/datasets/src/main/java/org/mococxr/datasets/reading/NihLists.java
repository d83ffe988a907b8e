package org.mococxr.datasets.reading;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.datasets.csv.Dialect;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.UserErrorException;

/**
 * The official parts of ChestX-ray14: names of images, one a line, in {@code train_val_list.txt}
 * and {@code test_list.txt}. An image that no list names is in the training part, which is told
 * where there are both.
 */
final class NihLists {
  private final Path training;
  private final Path test;
  private final Map<String, String> trained;
  private final Map<String, String> tested;
  private int inTest;
  private int inNone;
  private String example = "";

  private NihLists(Path training, Path test) {
    this.training = training;
    this.test = test;
    this.trained = names(training);
    this.tested = names(test);
  }

  /**
   * Those beside a table, where they are.
   *
   * @throws UserErrorException if an image is in both
   */
  static NihLists beside(Path table) {
    NihLists lists =
        new NihLists(
            table.resolveSibling("train_val_list.txt"), table.resolveSibling("test_list.txt"));
    lists.requireDisjoint();
    return lists;
  }

  private void requireDisjoint() {
    List<String> both =
        tested.entrySet().stream()
            .filter(name -> trained.containsKey(name.getKey()))
            .map(Map.Entry::getValue)
            .toList();
    if (!both.isEmpty()) {
      throw UserErrorException.at(
          test,
          "names %s, which %s names too%s"
              .formatted(
                  both.getFirst(),
                  training,
                  both.size() == 1 ? "" : " (and %,d more)".formatted(both.size() - 1)),
          "take each image out of one of the two lists");
    }
  }

  /** Whether an image of the table is in the official test part. */
  boolean isTest(String image) {
    String key = key(image);
    if (tested.containsKey(key)) {
      inTest++;
      return true;
    }
    if (!trained.containsKey(key) && inNone++ == 0) {
      example = image;
    }
    return false;
  }

  /** What to tell of lists that do not name each image of the table once. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (!tested.isEmpty() && inTest == 0) {
      notes.add(test.getFileName() + " names no image of the table: there is no official test");
    }
    if (!tested.isEmpty() && !trained.isEmpty() && inNone > 0) {
      notes.add(
          "%,d images are in neither %s nor %s (%s): they count as training"
              .formatted(inNone, training.getFileName(), test.getFileName(), example));
    }
    if (tested.isEmpty() && !trained.isEmpty()) {
      notes.add(
          "not used: %s, since there is no %s beside it"
              .formatted(training.getFileName(), test.getFileName()));
    }
    return notes;
  }

  /** The names of a list by what compares equal, as they are written; none if it is not there. */
  private static Map<String, String> names(Path file) {
    Map<String, String> names = new LinkedHashMap<>();
    if (Files.isRegularFile(file)) {
      try {
        for (String line : Dialect.lines(file)) {
          if (!line.isBlank()) {
            names.putIfAbsent(key(line), line.strip());
          }
        }
      } catch (IOException e) {
        throw FileErrors.reading(file, e, "check the file");
      }
    }
    return names;
  }

  /** Lists may name images with their folder or without extension. */
  private static String key(String name) {
    return ImageFiles.name(ImageFiles.normal(name));
  }
}

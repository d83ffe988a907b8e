package org.mococxr.datasets.reading;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.mococxr.datasets.Attributes;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.Label;
import org.mococxr.datasets.Labels;
import org.mococxr.datasets.Rejected;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.DataSource;

/**
 * A folder for each class with its images: {@code <root>/<class>/*.png}. Every class is a task, and
 * an image is negative for all but its own. Nothing tells patients apart, so every image counts as
 * one. Folders {@code train}, {@code valid} (or {@code val}) and {@code test} above the classes are
 * official parts.
 */
public final class ClassFoldersReader {
  private static final Map<String, String> PARTS =
      Map.of(
          "train",
          "train",
          "valid",
          "valid",
          "val",
          "valid",
          "validation",
          "valid",
          "test",
          "test");

  private final DataSource source;

  public ClassFoldersReader(DataSource source) {
    this.source = source;
  }

  /** Reads the folders. */
  public Map<String, Dataset> read() {
    List<String> paths = ImageFiles.below(source.rootPath()).paths();
    boolean parted =
        !paths.isEmpty()
            && paths.stream().allMatch(p -> depth(p) >= 2 && PARTS.containsKey(first(p)));
    int level = parted ? 1 : 0;
    TreeSet<String> classes = new TreeSet<>();
    for (String path : paths) {
      if (depth(path) > level) {
        classes.add(path.split("/")[level]);
      }
    }
    if (classes.size() < 2) {
      throw UserErrorException.at(
          source.rootPath(),
          "has images of " + classes.size() + " class folders",
          "expected two or more folders of images, each named for its class");
    }
    Labels.Tasks tasks = new Labels.Tasks(List.copyOf(classes));
    Map<String, List<ImageRecord>> parts = new LinkedHashMap<>();
    List<Rejected> rejected = new ArrayList<>();
    for (String path : paths) {
      if (depth(path) <= level) {
        rejected.add(new Rejected(path, 0, "is in no class folder"));
        continue;
      }
      String part = parted ? PARTS.get(first(path)) : "train";
      parts.computeIfAbsent(part, k -> new ArrayList<>()).add(record(path, level, tasks));
    }
    if (!parts.containsKey("train")) {
      throw UserErrorException.at(source.rootPath(), "has no train folder", "expected one");
    }
    Map<String, Dataset> datasets = new LinkedHashMap<>();
    for (String part : List.of("train", "valid", "test")) {
      if (parts.containsKey(part)) {
        datasets.put(
            part,
            new Dataset(
                part,
                source.rootPath(),
                tasks.names(),
                parts.get(part),
                part.equals("train") ? rejected : List.of()));
      }
    }
    return datasets;
  }

  private static ImageRecord record(String path, int level, Labels.Tasks tasks) {
    Label[] labels = new Label[tasks.names().size()];
    Arrays.fill(labels, Label.NEGATIVE);
    labels[tasks.names().indexOf(path.split("/")[level])] = Label.POSITIVE;
    String name = ImageFiles.stem(path.substring(path.lastIndexOf('/') + 1));
    return new ImageRecord(
        path, ImageFiles.stem(path), "study1", name, tasks.of(labels), Attributes.UNKNOWN);
  }

  private static int depth(String path) {
    return (int) path.chars().filter(c -> c == '/').count();
  }

  private static String first(String path) {
    int slash = path.indexOf('/');
    return slash < 0 ? "" : path.substring(0, slash).toLowerCase(Locale.ROOT);
  }
}

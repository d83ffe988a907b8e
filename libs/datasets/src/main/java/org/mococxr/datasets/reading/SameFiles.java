package org.mococxr.datasets.reading;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.Progress;
import org.mococxr.imaging.files.PictureFile;

/**
 * Files that are in several data sets, byte by byte. Sizes are compared first, then the ends, and
 * the whole files only where these are equal.
 */
final class SameFiles {
  private static final int END = 4096;

  /**
   * An image of one of the data sets.
   *
   * @param source the data set's name
   * @param path relative to the folder of all
   * @param patient unique among all data sets
   */
  record Listed(String source, String path, String patient) {
    private PictureFile in(Path root) {
      return PictureFile.of(root.resolve(path));
    }
  }

  private final Set<String> copies = new HashSet<>();
  private final Map<String, String> patients = new HashMap<>();
  private String example = "";

  private SameFiles() {}

  /** Compares; the order of the images decides which of equal ones counts: the first. */
  static SameFiles among(List<Listed> images, Path root, Progress progress) {
    SameFiles same = new SameFiles();
    List<List<Listed>> groups = divided(List.of(images), image -> size(image.in(root).file()));
    groups = divided(groups, image -> ends(image.in(root).file()));
    groups = divided(groups, image -> digest(image.in(root)));
    progress.update("comparing files of data sets", images.size(), images.size());
    groups.forEach(same::join);
    return same;
  }

  /** Groups of images of several data sets that are equal in one more respect. */
  private static List<List<Listed>> divided(
      List<List<Listed>> groups, java.util.function.Function<Listed, String> respect) {
    List<List<Listed>> divided = new ArrayList<>();
    for (List<Listed> group : groups) {
      String[] keys = new String[group.size()];
      IntStream.range(0, keys.length)
          .parallel()
          .forEach(i -> keys[i] = respect.apply(group.get(i)));
      Map<String, List<Listed>> byKey = new LinkedHashMap<>();
      for (int i = 0; i < keys.length; i++) {
        if (!keys[i].isEmpty()) {
          byKey.computeIfAbsent(keys[i], k -> new ArrayList<>(1)).add(group.get(i));
        }
      }
      byKey.values().stream()
          .filter(equal -> equal.stream().map(Listed::source).distinct().count() > 1)
          .forEach(divided::add);
    }
    return divided;
  }

  private void join(List<Listed> equal) {
    Listed first = equal.get(0);
    for (Listed other : equal.subList(1, equal.size())) {
      if (!other.source().equals(first.source())) {
        copies.add(other.path());
        example = example.isEmpty() ? other.path() + " is " + first.path() : example;
      }
      String one = patient(first.patient());
      String two = patient(other.patient());
      if (!one.equals(two)) {
        patients.put(two, one);
      }
    }
  }

  /** Whether an image is the same file as one of an earlier data set. */
  boolean isCopy(String path) {
    return copies.contains(path);
  }

  /** The patient that a patient is, of the earliest data set. */
  String patient(String patient) {
    String known = patient;
    while (patients.containsKey(known)) {
      known = patients.get(known);
    }
    return known;
  }

  /** What to tell of it. */
  Optional<String> note() {
    return copies.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%,d files are in two data sets (%s): they count once, and their patients as one"
                .formatted(copies.size(), example));
  }

  /** Empty for a file that is not there. */
  private static String size(Path file) {
    try {
      return Files.isRegularFile(file) ? Long.toString(Files.size(file)) : "";
    } catch (IOException e) {
      throw FileErrors.reading(file, e, "expected a picture");
    }
  }

  private static String ends(Path file) {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      byte[] bytes = new byte[(int) Math.min(in.length(), 2 * END)];
      in.readFully(bytes, 0, Math.min(bytes.length, END));
      if (bytes.length > END) {
        in.seek(in.length() - (bytes.length - END));
        in.readFully(bytes, END, bytes.length - END);
      }
      return Digests.sha256(bytes);
    } catch (IOException e) {
      throw FileErrors.reading(file, e, "expected a picture");
    }
  }

  /** Two frames of a file are two pictures. */
  private static String digest(PictureFile picture) {
    try {
      return Digests.sha256(picture.file()) + " " + picture.frame();
    } catch (IOException e) {
      throw FileErrors.reading(picture.file(), e, "expected a picture");
    }
  }
}

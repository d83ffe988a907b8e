package org.mococxr.datasets.reading;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which class and official part the folders of images name: {@code NORMAL/…}, {@code
 * train/NORMAL/…}, {@code NORMAL/train/…} or {@code NORMAL/images/…}, at the top or below folders
 * that hold everything. Folders of parts, of images in general, and numbered ones are no classes.
 *
 * @param classes names in order
 * @param images where each image belongs
 * @param strays folders and images that belong nowhere, to how many images they are
 */
record ClassFolders(List<String> classes, List<Placed> images, Map<String, Integer> strays) {
  /**
   * An image.
   *
   * @param path relative to the root
   * @param part {@code train}, {@code valid} or {@code test}
   * @param classIndex among the classes; -1 for an unlabelled image of the training part
   */
  record Placed(String path, String part, int classIndex) {}

  /** Looks at the paths of images; empty if their folders name no classes. */
  static Optional<ClassFolders> of(List<String> paths) {
    return of(paths, false);
  }

  /**
   * As above.
   *
   * @param told whether the user says that the folders are classes, whatever their names
   */
  static Optional<ClassFolders> of(List<String> paths, boolean told) {
    List<String[]> plain = paths.stream().map(path -> path.split("/")).toList();
    int level = commonLevel(plain);
    List<String[]> all = withParts(plain, level);
    Set<String> folders = new TreeSet<>();
    boolean trained = false;
    for (String[] path : all) {
      if (path.length > level + 1) {
        folders.add(path[level]);
        boolean train = FolderNames.part(path[level]).filter("train"::equals).isPresent();
        trained |= train && path.length > level + 2;
      }
    }
    int classLevel = trained ? level + 1 : level;
    Map<String, String> classes = new TreeMap<>();
    int labelled = 0;
    for (String[] path : all) {
      boolean inPart = !trained || FolderNames.part(path[level]).isPresent();
      if (inPart && path.length > classLevel + 1 && isClass(path[classLevel])) {
        boolean train = FolderNames.part(path[level]).filter("train"::equals).isPresent();
        String key = key(path[classLevel]);
        // Parts may spell a class differently: training's spelling counts.
        classes.merge(key, path[classLevel], (known, other) -> train ? other : known);
        labelled++;
      }
    }
    boolean collected =
        !trained && folders.stream().anyMatch(FolderNames::isCollection) && classes.size() < 3;
    boolean otherwise =
        collected
            || FolderNames.areAttributes(classes.values())
            || FolderNames.isNumbered(List.copyOf(classes.values()), labelled);
    if (classes.size() < 2 || otherwise && !told) {
      return Optional.empty();
    }
    return Optional.of(place(all, paths, level, trained, classes));
  }

  /** Folders such as {@code train_TB} and {@code test_TB}, as a part and a class below it. */
  private static List<String[]> withParts(List<String[]> paths, int level) {
    Map<String, Optional<String[]>> folders = new HashMap<>();
    for (String[] path : paths) {
      if (path.length > level + 1) {
        folders.computeIfAbsent(path[level], FolderNames::partAndClass);
      }
    }
    boolean all =
        folders.size() > 1
            && folders.values().stream().allMatch(Optional::isPresent)
            && folders.values().stream()
                .anyMatch(f -> FolderNames.part(f.get()[0]).filter("train"::equals).isPresent());
    if (!all) {
      return paths;
    }
    List<String[]> divided = new ArrayList<>();
    for (String[] path : paths) {
      if (path.length <= level + 1) {
        divided.add(path);
        continue;
      }
      List<String> segments = new ArrayList<>(List.of(path));
      segments.remove(level);
      segments.addAll(level, List.of(folders.get(path[level]).get()));
      divided.add(segments.toArray(String[]::new));
    }
    return divided;
  }

  /** Equal for spellings of one class; {@code TB+} and {@code TB-} are two. */
  private static String key(String folder) {
    String end = folder.endsWith("+") ? "+" : folder.endsWith("-") ? "-" : "";
    return ColumnNames.canonical(folder) + end;
  }

  private static boolean isClass(String folder) {
    return !FolderNames.isCollection(folder) && FolderNames.part(folder).isEmpty();
  }

  /** How many folders all images have in common, at most all but the last. */
  private static int commonLevel(List<String[]> paths) {
    int level = 0;
    while (true) {
      int depth = level;
      boolean common =
          !paths.isEmpty()
              && paths.stream().allMatch(p -> p.length > depth + 2)
              && paths.stream().map(p -> p[depth]).distinct().count() == 1;
      if (!common) {
        return level;
      }
      level++;
    }
  }

  private static ClassFolders place(
      List<String[]> all,
      List<String> paths,
      int level,
      boolean parted,
      Map<String, String> classes) {
    List<String> keys = List.copyOf(classes.keySet());
    int classLevel = parted ? level + 1 : level;
    Set<String> withImages = new HashSet<>();
    for (String[] path : all) {
      if (path.length > classLevel + 2 && FolderNames.isCollection(path[classLevel + 1])) {
        withImages.add(String.join("/", List.of(path).subList(0, classLevel + 1)));
      }
    }
    List<Placed> images = new ArrayList<>();
    Map<String, Integer> strays = new LinkedHashMap<>();
    for (int i = 0; i < all.size(); i++) {
      String[] path = all.get(i);
      Optional<String> part =
          parted ? FolderNames.part(path[level]) : Optional.of(partBelow(path, classLevel));
      int index = path.length > classLevel + 1 ? keys.indexOf(key(path[classLevel])) : -1;
      String folder =
          path.length > classLevel + 1
              ? String.join("/", List.of(path).subList(0, classLevel + 1))
              : "";
      boolean beside =
          withImages.contains(folder)
              && !(path.length > classLevel + 2 && FolderNames.isCollection(path[classLevel + 1]));
      if (part.isPresent() && index >= 0 && !beside) {
        images.add(new Placed(paths.get(i), part.get(), index));
      } else if (path.length > level + 1 && saysUnlabelled(path[level])) {
        images.add(new Placed(paths.get(i), "train", -1));
      } else {
        String stray =
            path.length > level + 1
                ? beside ? folder + "/" + path[classLevel + 1] : path[level]
                : paths.get(i);
        strays.merge(stray, 1, Integer::sum);
      }
    }
    return new ClassFolders(List.copyOf(classes.values()), images, strays);
  }

  /** {@code NORMAL/train/…}: the part below the class. */
  private static String partBelow(String[] path, int classLevel) {
    return path.length > classLevel + 2
        ? FolderNames.part(path[classLevel + 1]).orElse("train")
        : "train";
  }

  private static boolean saysUnlabelled(String folder) {
    String name = ColumnNames.canonical(folder);
    return name.startsWith("unlabel") || name.startsWith("nolabel") || name.equals("pretrain");
  }
}

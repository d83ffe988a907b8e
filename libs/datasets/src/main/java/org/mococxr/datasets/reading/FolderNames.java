package org.mococxr.datasets.reading;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What folders mean by the names that people give them. */
final class FolderNames {
  private static final Map<String, Set<String>> PARTS =
      Map.of(
          "train", words("train training trainset"),
          "valid", words("valid val validate validation validating dev"),
          "test", words("test testing testset holdout"));

  private static final Set<String> COLLECTIONS =
      words(
          "images image imgs img pictures pics photos png pngs jpg jpgs jpeg jpegs dicom"
              + " dicoms dcm xray xrays cxr cxrs radiographs scans files data dataset raw"
              + " original originals cxrpng chestxray chestxrays all");

  private static final Set<String> MASKS =
      words(
          "segmentation segmentations seg annotation annotations heatmap heatmaps"
              + " groundtruth gt overlay overlays contours bbox bboxes saliency gradcam");

  private static final Pattern MASK_FILE =
      Pattern.compile(".*[_\\-. ](mask|masks|seg|segmentation)|(mask|seg)[_\\-. ].*");

  /** Folders that are numbered and are classes all the same. */
  private static final Set<String> GRADES =
      Set.of("", "class", "grade", "label", "stage", "category", "cat", "score", "severity");

  private static final Pattern NUMBERED =
      Pattern.compile("(.*?)(?:[\\s_.#-]*\\d+|[\\s_.#-]+[A-Za-z])");

  /** Dates, UIDs and other names without a letter. */
  private static final Pattern NO_WORD = Pattern.compile("[\\d\\s_.:#-]*\\d[\\d\\s_.:#-]*");

  /** What folders tell of a view or a person, which is no finding. */
  private static final Set<String> ATTRIBUTES =
      words(
          "frontal lateral ap pa ll rl lat front side portable supine erect male female"
              + " men women m f adult adults child children pediatric paediatric");

  private static final Pattern PART_FIRST = Pattern.compile("([A-Za-z]+)[_\\-. ]+(.+)");
  private static final Pattern PART_LAST = Pattern.compile("(.+?)[_\\-. ]+([A-Za-z]+)");

  private FolderNames() {}

  static Set<String> words(String text) {
    return Set.of(text.split(" "));
  }

  /** The official part that a folder holds: {@code train}, {@code valid} or {@code test}. */
  static Optional<String> part(String folder) {
    String name = ColumnNames.canonical(folder);
    return PARTS.entrySet().stream()
        .filter(part -> part.getValue().contains(name))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** Whether folders tell views or persons, {@code frontal, lateral}, and not findings. */
  static boolean areAttributes(Collection<String> folders) {
    return folders.stream().map(ColumnNames::canonical).allMatch(ATTRIBUTES::contains);
  }

  /**
   * The part and the class of a folder that names both, {@code train_TB} or {@code TB-train}.
   *
   * @return part and class; empty if the name is none of this kind
   */
  static Optional<String[]> partAndClass(String folder) {
    Matcher first = PART_FIRST.matcher(folder);
    if (first.matches() && part(first.group(1)).isPresent()) {
      return Optional.of(new String[] {first.group(1), first.group(2)});
    }
    Matcher last = PART_LAST.matcher(folder);
    return last.matches() && part(last.group(2)).isPresent()
        ? Optional.of(new String[] {last.group(2), last.group(1)})
        : Optional.empty();
  }

  /** The part that the folders of a path name, the file not counted. */
  static Optional<String> partAmong(String[] segments) {
    for (int i = 0; i < segments.length - 1; i++) {
      Optional<String> part = part(segments[i]);
      if (part.isPresent()) {
        return part;
      }
    }
    return Optional.empty();
  }

  /** Whether a word of a folder of the path says that it is for validation or testing. */
  static boolean heldOut(String path) {
    int end = Math.max(0, path.lastIndexOf('/'));
    return Stream.of(path.substring(0, end).split("[^A-Za-z]+"))
        .map(FolderNames::part)
        .anyMatch(part -> part.isPresent() && !part.get().equals("train"));
  }

  /** A folder that holds images and says nothing of them. */
  static boolean isCollection(String folder) {
    return COLLECTIONS.contains(ColumnNames.canonical(folder));
  }

  /** Whether a picture is a mask or another picture made from an X-ray, by its path. */
  static boolean isMask(String path) {
    String[] segments = path.split("/");
    for (int i = 0; i < segments.length - 1; i++) {
      String name = ColumnNames.canonical(segments[i]);
      if (MASKS.contains(name) || name.endsWith("mask") || name.endsWith("masks")) {
        return true;
      }
    }
    String stem = ImageFiles.stem(segments[segments.length - 1]).toLowerCase(Locale.ROOT);
    return MASK_FILE.matcher(stem).matches();
  }

  /**
   * Whether folders are the items of a list and no classes: {@code patient001, patient002}, {@code
   * images_001, images_002}, {@code batch 1, batch 2}; or so many that each holds a few images.
   */
  static boolean isNumbered(List<String> folders, int images) {
    if (folders.size() > 30 && images < folders.size() * 5L) {
      return true;
    }
    if (folders.stream().anyMatch(f -> f.length() > 1)
        && folders.stream().allMatch(f -> NO_WORD.matcher(f).matches() && f.length() > 1)) {
      return true;
    }
    Set<String> words =
        Set.copyOf(
            folders.stream()
                .map(NUMBERED::matcher)
                .map(m -> m.matches() ? ColumnNames.canonical(m.group(1)) : "\0")
                .toList());
    if (words.size() != 1 || words.contains("\0") || folders.size() < 2) {
      return false;
    }
    String word = words.iterator().next();
    boolean grades =
        GRADES.contains(word)
            && folders.stream().allMatch(f -> f.matches("(.*\\D)?\\d|.*[\\s_.#-][A-Za-z]"))
            && folders.size() <= 10;
    return !grades;
  }
}

package org.mococxr.datasets.reading;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks for patients in the paths of images: a folder for each, or the beginning of file names,
 * shared by a few images. What is found is offered and never taken by itself.
 *
 * @param pattern for {@code --patient-pattern}
 * @param where in words
 * @param example a path and what is found in it
 */
record PatientPatterns(String pattern, String where, String example) {
  private static final Map<String, String> CANDIDATES = new java.util.LinkedHashMap<>();

  static {
    CANDIDATES.put("([^/]+)/[^/]+$", "folders");
    CANDIDATES.put("([^/]+)[_-][^/_-]+$", "file names");
    CANDIDATES.put("([^/_-]+)[_-][^/]+$", "file names");
  }

  /** The first candidate that divides the images as patients would. */
  static Optional<PatientPatterns> suggest(List<String> paths) {
    for (Map.Entry<String, String> candidate : CANDIDATES.entrySet()) {
      Pattern pattern = Pattern.compile(candidate.getKey());
      Map<String, Integer> sizes = new HashMap<>();
      int fitting = 0;
      for (String path : paths) {
        Matcher matcher = pattern.matcher(path);
        if (matcher.find()) {
          sizes.merge(matcher.group(1), 1, Integer::sum);
          fitting++;
        }
      }
      boolean folders = candidate.getValue().equals("folders");
      if (fitting * 10 >= paths.size() * 9 && lookLikePatients(sizes, fitting, folders)) {
        return Optional.of(
            new PatientPatterns(
                candidate.getKey(), candidate.getValue(), example(paths, pattern, sizes)));
      }
    }
    return Optional.empty();
  }

  /** The first path with others in its group. */
  private static String example(List<String> paths, Pattern pattern, Map<String, Integer> sizes) {
    for (String path : paths) {
      Matcher matcher = pattern.matcher(path);
      if (matcher.find() && sizes.get(matcher.group(1)) > 1) {
        return "'%s' of %s".formatted(matcher.group(1), path);
      }
    }
    throw new IllegalStateException("fewer groups than images, and each with one image");
  }

  /** Several groups of a few images each; words without a number are classes or views. */
  private static boolean lookLikePatients(Map<String, Integer> sizes, int images, boolean folders) {
    long largest = sizes.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    boolean named =
        sizes.keySet().stream()
            .allMatch(
                group ->
                    FolderNames.part(group).isEmpty()
                        && FolderNames.partAndClass(group).isEmpty()
                        && !FolderNames.isCollection(group)
                        && (folders || group.matches(".*\\d.*")));
    return named
        && sizes.size() >= 3
        && sizes.size() * 10L <= images * 9L
        && images <= sizes.size() * 30L
        && largest <= Math.max(20, images / 3);
  }

  /** What to tell of it. */
  String note() {
    return "%s may tell patients (%s): give --patient-pattern '%s' (data.patientPattern)"
        .formatted(where, example, pattern);
  }
}

package org.mococxr.datasets.reading;

import java.util.ArrayList;
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
      Map<String, List<String>> groups = new HashMap<>();
      int fitting = 0;
      for (String path : paths) {
        Matcher matcher = pattern.matcher(path);
        if (matcher.find()) {
          groups.computeIfAbsent(matcher.group(1), k -> new ArrayList<>(2)).add(path);
          fitting++;
        }
      }
      boolean folders = candidate.getValue().equals("folders");
      if (fitting * 10 >= paths.size() * 9 && lookLikePatients(groups, fitting, folders)) {
        String first =
            paths.stream()
                .filter(p -> groups.values().stream().anyMatch(g -> g.size() > 1 && g.contains(p)))
                .findFirst()
                .orElse(paths.get(0));
        Matcher matcher = pattern.matcher(first);
        String found = matcher.find() ? matcher.group(1) : "";
        return Optional.of(
            new PatientPatterns(
                candidate.getKey(), candidate.getValue(), "'%s' of %s".formatted(found, first)));
      }
    }
    return Optional.empty();
  }

  /** Several groups of a few images each; words without a number are classes or views. */
  private static boolean lookLikePatients(
      Map<String, List<String>> groups, int images, boolean folders) {
    long largest = groups.values().stream().mapToInt(List::size).max().orElse(0);
    boolean named =
        groups.keySet().stream()
            .allMatch(
                group ->
                    FolderNames.part(group).isEmpty()
                        && FolderNames.partAndClass(group).isEmpty()
                        && !FolderNames.isCollection(group)
                        && (folders || group.matches(".*\\d.*")));
    return named
        && groups.size() >= 3
        && groups.size() * 10L <= images * 9L
        && images <= groups.size() * 30L
        && largest <= Math.max(20, images / 3);
  }

  /** What to tell of it. */
  String note() {
    return "%s may tell patients (%s): give --patient-pattern '%s' (data.patientPattern)"
        .formatted(where, example, pattern);
  }
}

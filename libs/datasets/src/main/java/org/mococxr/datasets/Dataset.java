package org.mococxr.datasets;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mococxr.foundation.TaskNames;
import org.mococxr.foundation.UserErrorException;

/**
 * A data set of any format, read.
 *
 * @param name of the data set or of the part of it
 * @param root folder that the images' paths are relative to
 * @param tasks the findings that the images can have labels for, in order
 * @param images in the order of the source
 * @param rejected what could not be used
 */
public record Dataset(
    String name, Path root, List<String> tasks, List<ImageRecord> images, List<Rejected> rejected) {

  /** Copies the lists. */
  public Dataset {
    tasks = List.copyOf(tasks);
    images = List.copyOf(images);
    rejected = List.copyOf(rejected);
  }

  /** Number of images. */
  public int size() {
    return images.size();
  }

  public Path file(ImageRecord image) {
    return root.resolve(image.path());
  }

  /** The patients, in order of appearance. */
  public Set<String> patients() {
    Set<String> patients = new LinkedHashSet<>();
    images.forEach(image -> patients.add(image.patient()));
    return patients;
  }

  /** The images of each study, in order of appearance; the key is unique among patients. */
  public Map<String, List<Integer>> studies() {
    Map<String, List<Integer>> studies = new LinkedHashMap<>();
    for (int i = 0; i < images.size(); i++) {
      studies.computeIfAbsent(images.get(i).studyKey(), k -> new ArrayList<>()).add(i);
    }
    return studies;
  }

  /** The indices of each patient's images: positive pairs may come from one patient. */
  public Map<String, List<Integer>> imagesByPatient() {
    Map<String, List<Integer>> patients = new LinkedHashMap<>();
    for (int i = 0; i < images.size(); i++) {
      patients.computeIfAbsent(images.get(i).patient(), k -> new ArrayList<>()).add(i);
    }
    return patients;
  }

  /** How many images have each label of a task. */
  public Map<Label, Long> balance(String task) {
    Map<Label, Long> counts = new EnumMap<>(Label.class);
    for (Label label : Label.values()) {
      counts.put(label, 0L);
    }
    images.forEach(image -> counts.merge(image.label(task), 1L, Long::sum));
    return counts;
  }

  /** Other images, under another name; what was rejected stays with the whole. */
  public Dataset withImages(String newName, List<ImageRecord> chosen) {
    return new Dataset(newName, root, tasks, chosen, List.of());
  }

  /**
   * The data set's task of that name; upper and lower case, spaces, dashes and underscores do not
   * matter. Where there is none, the only one that means the same finding: see {@link Vocabulary}.
   */
  public String task(String wanted) {
    return task(wanted, name);
  }

  /**
   * As above.
   *
   * @param location for the message: the file that the data set was read from
   */
  public String task(String wanted, String location) {
    for (String task : tasks) {
      if (sameTask(task, wanted)) {
        return task;
      }
    }
    List<String> named = tasks.stream().filter(task -> Vocabulary.same(task, wanted)).toList();
    if (named.size() == 1) {
      return named.get(0);
    }
    throw tasks.isEmpty()
        ? new UserErrorException(
            location,
            "there are no labels, and so no task '" + wanted + "'",
            "see what 'mococxr dataset inspect' takes for labels, or name them with --labels FILE"
                + " (data.labels)")
        : new UserErrorException(
            location, "there is no task '" + wanted + "'", "expected one of " + tasks);
  }

  /** Whether two names mean one task. */
  public static boolean sameTask(String one, String other) {
    return TaskNames.same(one, other);
  }
}

package org.mococxr.learning.finetuning;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.LabelPolicy;
import org.mococxr.datasets.manifest.Manifest;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.evaluation.StudyLevel;

/**
 * The images of a manifest with their targets.
 *
 * @param images in the manifest's order
 * @param tasks names
 * @param targets {@code [images][tasks]}: 0 … 1, −1 uncertain, −2 missing
 * @param source the manifest, for messages
 */
public record LabelledPart(Dataset images, List<String> tasks, float[][] targets, Path source) {

  static Dataset read(Path manifest, Path root) {
    Dataset images = Manifest.read(manifest, root);
    if (images.size() == 0) {
      throw UserErrorException.at(manifest, "it has no images", "at least one");
    }
    return images;
  }

  /** Applies policies to the images of a manifest. */
  static LabelledPart of(Dataset images, Map<String, LabelPolicy> policies, Path manifest) {
    List<String> tasks =
        policies.keySet().stream().map(task -> images.task(task, manifest.toString())).toList();
    return new LabelledPart(images, tasks, LabelPolicy.targets(images, policies), manifest);
  }

  /**
   * This part as one of classes of which exactly one is true: where one is, the others are not.
   *
   * @throws UserErrorException naming a study that has several classes, or for certain none
   */
  LabelledPart exclusive() {
    StudyLevel studies = StudyLevel.of(images, tasks, targets).exclusive(source);
    float[][] exact = new float[targets.length][tasks.size()];
    for (int s = 0; s < studies.truth().length; s++) {
      for (int image : studies.images().get(s)) {
        for (int t = 0; t < tasks.size(); t++) {
          double label = studies.truth()[s][t];
          exact[image][t] = Double.isNaN(label) ? LabelPolicy.MISSING : (float) label;
        }
      }
    }
    return new LabelledPart(images, tasks, exact, source);
  }

  /**
   * Checks that each of some tasks has a positive and a negative.
   *
   * @param wanted indices of the tasks
   * @throws UserErrorException naming the manifest and the task
   */
  public void requireBothClasses(List<Integer> wanted) {
    for (int t : wanted) {
      boolean positive = false;
      boolean negative = false;
      for (float[] row : targets) {
        positive |= row[t] > 0.5;
        negative |= row[t] >= 0 && row[t] <= 0.5;
      }
      if (!positive || !negative) {
        throw UserErrorException.at(
            source,
            "task %s has no %s among its %d images"
                .formatted(tasks.get(t), positive ? "negative" : "positive", targets.length),
            "both classes are needed; draw a larger or stratified part");
      }
    }
  }

  /**
   * Checks that no patient is in two of the parts.
   *
   * @throws UserErrorException naming the manifest and a patient
   */
  public static void requireDisjointPatients(List<LabelledPart> parts) {
    Set<String> seen = new HashSet<>();
    for (LabelledPart part : parts) {
      for (String patient : part.images.patients()) {
        if (seen.contains(patient)) {
          throw UserErrorException.at(
              part.source,
              "patient " + patient + " is in another part too",
              "train, valid and test must not share patients: results would be too good");
        }
      }
      seen.addAll(part.images.patients());
    }
  }
}

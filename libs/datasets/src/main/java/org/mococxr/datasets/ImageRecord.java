package org.mococxr.datasets;

import java.util.Map;
import java.util.Objects;

/**
 * One image of a data set.
 *
 * @param path relative to the data set's root, with {@code /}
 * @param patient whose it is; a salted key where the identifier must not be known
 * @param study name of the study, unique within the patient
 * @param view name of the view, unique within the study
 * @param labels task to label; every task of the data set is there
 * @param attributes sex, age, kind of view
 */
public record ImageRecord(
    String path,
    String patient,
    String study,
    String view,
    Map<String, Label> labels,
    Attributes attributes) {

  /** Nothing may be null. */
  public ImageRecord {
    Objects.requireNonNull(path);
    Objects.requireNonNull(patient);
    Objects.requireNonNull(study);
    Objects.requireNonNull(view);
    Objects.requireNonNull(labels);
    Objects.requireNonNull(attributes);
  }

  /** The same image under another path, study and view. */
  public ImageRecord at(String newPath, String newStudy, String newView) {
    return new ImageRecord(newPath, patient, newStudy, newView, labels, attributes);
  }

  /** The same image as one of another patient, in a study that names the former one too. */
  public ImageRecord ofPatient(String other) {
    return other.equals(patient)
        ? this
        : new ImageRecord(path, other, patient + "-" + study, view, labels, attributes);
  }

  /** The label of a task; missing also where the data set does not know the task. */
  public Label label(String task) {
    Label label = labels.get(task);
    return label == null ? Label.MISSING : label;
  }

  /** Whether anything at all is known of the image; unlabelled images serve pretraining only. */
  public boolean labelled() {
    if (labels instanceof Labels compact) {
      return compact.any();
    }
    for (Label label : labels.values()) {
      if (label != Label.MISSING) {
        return true;
      }
    }
    return false;
  }

  /** Names the study among all patients' studies: predictions are made per study. */
  public String studyKey() {
    return patient + '/' + study;
  }
}

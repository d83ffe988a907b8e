package org.mococxr.datasets;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.mococxr.foundation.TaskNames;

/**
 * One name for each finding, whatever a collection calls it, so that the labels of several
 * collections are joined. CheXpert's names count where it has the finding, as manifests are in its
 * columns; otherwise the names of ChestX-ray14 in words. Only names of the same finding are joined,
 * never a part with the whole: a rib fracture of VinDr-CXR stays what it is.
 */
public final class Vocabulary {
  private static final Map<String, String> BY_SPELLING = new HashMap<>();

  static {
    add("No Finding", "No Findings", "Normal", "Healthy");
    add("Enlarged Cardiomediastinum", "Enlarged Mediastinum", "Mediastinal Enlargement");
    add("Cardiomegaly", "Enlarged Heart", "Heart Enlargement");
    add("Lung Opacity", "Airspace Opacity", "Opacity", "Lung Opacities", "Pulmonary Opacity");
    add("Lung Lesion", "Lesion", "Pulmonary Lesion");
    add("Edema", "Oedema", "Pulmonary Edema", "Pulmonary Oedema", "Lung Edema");
    add("Consolidation", "Consolidations", "Pulmonary Consolidation");
    add("Pneumonia");
    add("Atelectasis", "Atelectases");
    add("Pneumothorax");
    add("Pleural Effusion", "Effusion", "Pleural Effusions");
    add("Pleural Other");
    add("Fracture", "Fractures");
    add("Support Devices", "Support Device");
    add("Infiltration", "Infiltrate", "Infiltrates");
    add("Emphysema");
    add("Fibrosis", "Pulmonary Fibrosis", "Lung Fibrosis");
    add("Pleural Thickening");
    add("Nodule", "Nodules", "Lung Nodule", "Pulmonary Nodule");
    add("Mass", "Masses", "Lung Mass", "Pulmonary Mass");
    add("Hernia", "Hiatal Hernia");
    add("Tuberculosis", "TB", "Pulmonary Tuberculosis");
    add("COVID-19", "COVID", "SARS-CoV-2");
  }

  private Vocabulary() {}

  private static void add(String name, String... others) {
    BY_SPELLING.put(TaskNames.canonical(name), name);
    for (String other : others) {
      BY_SPELLING.put(TaskNames.canonical(other), name);
    }
  }

  /** The name that counts for a finding; empty if the vocabulary does not know it. */
  public static Optional<String> name(String finding) {
    return Optional.ofNullable(BY_SPELLING.get(TaskNames.canonical(finding)));
  }

  /** Whether two names mean one finding, by their spelling or by the vocabulary. */
  public static boolean same(String one, String other) {
    return TaskNames.same(one, other) || name(one).isPresent() && name(one).equals(name(other));
  }
}

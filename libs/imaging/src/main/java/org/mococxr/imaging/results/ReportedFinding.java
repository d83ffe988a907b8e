package org.mococxr.imaging.results;

import java.util.Locale;
import java.util.Map;
import org.mococxr.imaging.dicom.DicomCode;

/**
 * One finding of a model in a picture.
 *
 * @param name of the finding, as the model calls it
 * @param probability calibrated, 0 … 1
 * @param present whether it is at or above the model's threshold
 */
public record ReportedFinding(String name, double probability, boolean present) {
  private static final String OURS = "99MOCOCXR";

  /**
   * Concepts of SNOMED CT, international edition, for the labels that the public collections have:
   * the ones that PS3.16 takes for findings of the chest where it has them (36118008, Pneumothorax,
   * in CID 6105), otherwise the disorder of that name. What differs from the label, such as a lung
   * mass for a mass, is what the label means in a chest radiograph.
   */
  private static final Map<String, DicomCode> CODES =
      Map.ofEntries(
          code("atelectasis", "46621007", "Atelectasis"),
          code("cardiomegaly", "8186001", "Cardiomegaly"),
          code("consolidation", "95436008", "Lung consolidation"),
          code("edema", "19242006", "Pulmonary edema"),
          code("effusion", "60046008", "Pleural effusion"),
          code("pleuraleffusion", "60046008", "Pleural effusion"),
          code("emphysema", "87433001", "Pulmonary emphysema"),
          code("fibrosis", "51615001", "Fibrosis of lung"),
          code("fracture", "125605004", "Fracture of bone"),
          code("hernia", "84089009", "Hiatal hernia"),
          code("mass", "309529002", "Lung mass"),
          code("pneumonia", "233604007", "Pneumonia"),
          code("pneumothorax", "36118008", "Pneumothorax"),
          code("tuberculosis", "154283005", "Pulmonary tuberculosis"));

  private static Map.Entry<String, DicomCode> code(String name, String value, String meaning) {
    return Map.entry(name, DicomCode.sct(value, meaning));
  }

  /** Its SNOMED CT concept; for names that are not known, one of our own scheme. */
  DicomCode code() {
    String plain = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    DicomCode known = CODES.get(plain);
    if (known != null) {
      return known;
    }
    String value = plain.isEmpty() ? "finding" : plain;
    // Names that begin alike must not share a code.
    String code =
        value.length() <= 16 ? value : value.substring(0, 8) + "%08x".formatted(value.hashCode());
    return new DicomCode(code, OURS, name.length() > 64 ? name.substring(0, 64) : name);
  }

  boolean coded() {
    return !code().scheme().equals(OURS);
  }
}

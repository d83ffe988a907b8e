package org.mococxr.imaging.dicom;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.mococxr.foundation.UserErrorException;

/**
 * What an object needs that is stored beside a picture in the same study: the patient and the study
 * as the archive knows them, byte for byte, and the picture's own identifiers. It holds what {@link
 * DicomHeader} leaves out, for writing results back only; {@link #toString} tells nothing of it.
 *
 * @param copied values of the patient and study modules by tag, in the file's character set
 * @param sopClassUid of the picture
 * @param instanceUid of the picture
 * @param seriesUid of the picture
 * @param modality of the picture
 */
public record StudyReference(
    Map<Integer, byte[]> copied,
    String sopClassUid,
    String instanceUid,
    String seriesUid,
    String modality) {

  /** Tags that are copied, with their VRs: the patient and study modules (PS3.3, C.7.1, C.7.2). */
  private static final Map<Integer, String> COPIED = new LinkedHashMap<>();

  static {
    COPIED.put(Tag.CHARACTER_SET, "CS");
    COPIED.put(Tag.STUDY_DATE, "DA");
    COPIED.put(Tag.STUDY_TIME, "TM");
    COPIED.put(Tag.ACCESSION_NUMBER, "SH");
    COPIED.put(Tag.REFERRING_PHYSICIAN, "PN");
    COPIED.put(Tag.PATIENT_NAME, "PN");
    COPIED.put(Tag.PATIENT_ID, "LO");
    COPIED.put(Tag.PATIENT_BIRTH_DATE, "DA");
    COPIED.put(Tag.PATIENT_SEX, "CS");
    COPIED.put(Tag.STUDY_UID, "UI");
    COPIED.put(Tag.STUDY_ID, "SH");
  }

  static StudyReference of(DataSet data, String name) {
    Map<Integer, byte[]> copied = new LinkedHashMap<>();
    COPIED.keySet().forEach(tag -> data.raw(tag).ifPresent(value -> copied.put(tag, value)));
    return new StudyReference(
        copied,
        required(data, Tag.SOP_CLASS_UID, "SOP class", name),
        required(data, Tag.SOP_INSTANCE_UID, "SOP instance", name),
        required(data, Tag.SERIES_UID, "series", name),
        data.text(Tag.MODALITY).orElse("OT"));
  }

  private static String required(DataSet data, int tag, String what, String name) {
    data.text(Tag.STUDY_UID)
        .orElseThrow(
            () ->
                new UserErrorException(
                    name,
                    "the file names no study",
                    "results are stored in the picture's study: a file with its UID is expected"));
    return data.text(tag)
        .orElseThrow(
            () ->
                new UserErrorException(
                    name, "the file has no UID of its " + what, "a whole header is expected"));
  }

  /** The VRs of the values that may be copied, by tag. */
  public static Map<Integer, String> copiedVrs() {
    return Map.copyOf(COPIED);
  }

  public String studyUid() {
    byte[] uid = copied.get(Tag.STUDY_UID);
    return new String(uid, StandardCharsets.US_ASCII).replace('\0', ' ').strip();
  }

  @Override
  public String toString() {
    return "StudyReference[" + modality + "]";
  }
}

package org.mococxr.imaging.dicom;

/**
 * A coded concept (PS3.3, 8.8).
 *
 * @param value of at most 16 characters
 * @param scheme that defines it, for example {@code DCM} or {@code SCT}
 * @param meaning in words, of at most 64 characters
 */
public record DicomCode(String value, String scheme, String meaning) {
  /** Of DICOM's own scheme (PS3.16, D). */
  public static DicomCode dcm(String value, String meaning) {
    return new DicomCode(value, "DCM", meaning);
  }

  /** Of SNOMED CT. */
  public static DicomCode sct(String value, String meaning) {
    return new DicomCode(value, "SCT", meaning);
  }

  /** The item of a code sequence. */
  public DicomData item() {
    return new DicomData()
        .text(0x00080100, "SH", value)
        .text(0x00080102, "SH", scheme)
        .text(0x00080104, "LO", meaning);
  }
}

package org.mococxr.imaging.results;

/**
 * A coded concept (PS3.3, 8.8).
 *
 * @param value of at most 16 characters
 * @param scheme that defines it, for example {@code DCM} or {@code SCT}
 * @param meaning in words, of at most 64 characters
 */
record DicomCode(String value, String scheme, String meaning) {
  static DicomCode dcm(String value, String meaning) {
    return new DicomCode(value, "DCM", meaning);
  }

  static DicomCode sct(String value, String meaning) {
    return new DicomCode(value, "SCT", meaning);
  }

  /** The item of a code sequence. */
  DicomData item() {
    return new DicomData()
        .text(0x00080100, "SH", value)
        .text(0x00080102, "SH", scheme)
        .text(0x00080104, "LO", meaning);
  }
}

package org.mococxr.imaging.results;

import java.time.Instant;
import org.mococxr.imaging.dicom.DicomCode;
import org.mococxr.imaging.dicom.DicomData;
import org.mococxr.imaging.dicom.StudyReference;

/**
 * A heat map as a picture in the study that it explains: Secondary Capture Image Storage (PS3.3,
 * A.8.1), RGB.
 */
public final class SecondaryCapture {
  private static final String SOP_CLASS = "1.2.840.10008.5.1.4.1.1.7";

  private SecondaryCapture() {}

  /**
   * The DICOM file of a heat map.
   *
   * @param study of the picture that it explains
   * @param finding that it shows
   * @param rgb {@code width × height × 3} bytes, row by row
   * @param when it was made
   */
  public static byte[] of(
      StudyReference study,
      ResultSource source,
      String finding,
      int width,
      int height,
      byte[] rgb,
      Instant when) {
    if (rgb.length != 3L * width * height) {
      throw new IllegalArgumentException(
          rgb.length + " bytes are no picture of " + width + " × " + height);
    }
    String description = "Heat map: " + finding;
    return ResultObjects.common(study, source, SOP_CLASS, "heat map " + finding, when)
        .text(0x00080008, "CS", "DERIVED\\SECONDARY\\OTHER")
        .text(0x00080060, "CS", "OT")
        .text(0x00080064, "CS", "WSD")
        .text(0x0008103E, "LO", cut(description))
        .text(0x00082111, "ST", description + ", by " + source.model() + " " + source.version())
        .sequence(
            0x00082112,
            new DicomData()
                .text(0x00081150, "UI", study.sopClassUid())
                .text(0x00081155, "UI", study.instanceUid())
                .sequence(
                    0x0040A170,
                    DicomCode.dcm("121322", "Source of Image Processing Operation").item()))
        .text(0x00200011, "IS", "9002")
        .empty(0x00200020, "CS")
        .text(0x00180015, "CS", "CHEST")
        .shorts(0x00280002, 3)
        .text(0x00280004, "CS", "RGB")
        .shorts(0x00280006, 0)
        .shorts(0x00280010, height)
        .shorts(0x00280011, width)
        .shorts(0x00280100, 8)
        .shorts(0x00280101, 8)
        .shorts(0x00280102, 7)
        .shorts(0x00280103, 0)
        .text(0x00280301, "CS", "NO")
        .bytes(0x7FE00010, "OB", rgb)
        .file();
  }

  private static String cut(String text) {
    return text.length() > 64 ? text.substring(0, 64) : text;
  }
}

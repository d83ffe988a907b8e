package org.mococxr.inference.testing;

import java.util.Arrays;
import org.mococxr.testkit.DicomBuilder;

/** Small DICOM files of one grey level. */
public final class Dicoms {
  private static final String EXPLICIT = "1.2.840.10008.1.2.1";

  private Dicoms() {}

  /** 8-bit values under a window that leaves them as they are. */
  public static byte[] flat(int width, int height, int grey) {
    return builder(width, height, grey).build();
  }

  /** The same, to be changed. */
  public static DicomBuilder builder(int width, int height, int grey) {
    int[] values = new int[width * height];
    Arrays.fill(values, grey);
    return DicomBuilder.grey(EXPLICIT, width, height, 8, 8, false, values)
        .text(0x00281050, "DS", "128")
        .text(0x00281051, "DS", "256");
  }
}

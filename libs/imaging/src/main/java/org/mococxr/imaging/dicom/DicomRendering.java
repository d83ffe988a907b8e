package org.mococxr.imaging.dicom;

import org.mococxr.foundation.UserErrorException;

/**
 * How stored values become 8 bits: after rescaling, a range of values is spread over 0 … 255.
 *
 * @param range where the range comes from
 * @param lowPercentile share of pixels, in percent, at or below which is black
 * @param highPercentile share of pixels, in percent, from which on is white
 */
public record DicomRendering(Range range, double lowPercentile, double highPercentile) {

  /** Where the range comes from. */
  public enum Range {
    /** The file's first window or value table; percentiles if it has neither. */
    WINDOW,
    /** Percentiles of the picture's own values. */
    PERCENTILES,
    /** From the least to the greatest value of the picture. */
    FULL
  }

  /** What the file says, else the 0.5th to 99.5th percentile. */
  public static final DicomRendering DEFAULT = new DicomRendering(Range.WINDOW, 0.5, 99.5);

  /** Checks the percentiles. */
  public DicomRendering {
    if (!(lowPercentile >= 0 && lowPercentile < highPercentile && highPercentile <= 100)) {
      throw new UserErrorException(
          "DICOM rendering",
          "the percentiles are " + lowPercentile + " and " + highPercentile,
          "0 ≤ low < high ≤ 100 is expected");
    }
  }

  /** Percentiles of the picture's own values. */
  public static DicomRendering percentiles(double low, double high) {
    return new DicomRendering(Range.PERCENTILES, low, high);
  }
}

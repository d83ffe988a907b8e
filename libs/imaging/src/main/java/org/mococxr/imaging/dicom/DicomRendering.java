package org.mococxr.imaging.dicom;

import org.mococxr.foundation.UserErrorException;

/**
 * How stored values become 8 bits: after rescaling, a range of values is spread over 0 … 255.
 *
 * @param range where the range comes from
 * @param lowPercentile share of pixels, in percent, at or below which is black
 * @param highPercentile share of pixels, in percent, from which on is white
 * @param frame which picture of a file with several
 */
public record DicomRendering(
    Range range, double lowPercentile, double highPercentile, Frame frame) {

  /** Which of a file's pictures is meant. */
  public sealed interface Frame {
    /** The first one, as nearly every radiograph has one only. */
    Frame FIRST = new Numbered(1);

    /** The one in the middle; of an even number, the later of the two. */
    Frame MIDDLE = new Middle();

    /**
     * A frame by its number.
     *
     * @param number from 1
     */
    record Numbered(int number) implements Frame {
      /** Checks the number. */
      public Numbered {
        if (number < 1) {
          throw new UserErrorException(
              "DICOM rendering", "the frame's number is " + number, "1 is the first");
        }
      }
    }

    /** The one in the middle. */
    record Middle() implements Frame {}

    /** The frame that some text names: {@code first}, {@code middle} or a number from 1. */
    static Frame parse(String text) {
      return switch (text) {
        case "first" -> FIRST;
        case "middle" -> MIDDLE;
        default -> {
          if (!text.matches("[1-9][0-9]{0,6}")) {
            throw new UserErrorException(
                "frame", "is " + text, "first, middle or a number from 1 is expected");
          }
          yield new Numbered(Integer.parseInt(text));
        }
      };
    }

    /** Its index, from 0, in a file of some frames; possibly beyond the last one. */
    default int index(int frames) {
      return switch (this) {
        case Numbered numbered -> numbered.number() - 1;
        case Middle middle -> frames / 2;
      };
    }
  }

  /** Where the range comes from. */
  public enum Range {
    /**
     * The file's first window or value table that leaves some contrast; percentiles if it has none.
     */
    WINDOW,
    /** Percentiles of the picture's own values. */
    PERCENTILES,
    /** From the least to the greatest value of the picture. */
    FULL
  }

  /** What the file says, else the 0.5th to 99.5th percentile. */
  public static final DicomRendering DEFAULT = new DicomRendering(Range.WINDOW, 0.5, 99.5);

  /** The first frame. */
  public DicomRendering(Range range, double lowPercentile, double highPercentile) {
    this(range, lowPercentile, highPercentile, Frame.FIRST);
  }

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

  /** The same of another frame. */
  public DicomRendering of(Frame other) {
    return new DicomRendering(range, lowPercentile, highPercentile, other);
  }
}

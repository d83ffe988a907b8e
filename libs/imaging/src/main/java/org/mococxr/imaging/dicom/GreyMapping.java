package org.mococxr.imaging.dicom;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.Uniformity;

/**
 * Stored values to 8-bit grey: modality table or rescaling, then window, value table or
 * percentiles, then inversion for MONOCHROME1 or where the presentation is inverse; padding is
 * black (PS3.3, C.7.5.1.1.2, C.11.1, C.11.2, C.11.6; PS3.4, N.2). Each distinct value is computed
 * once.
 */
final class GreyMapping {
  private final DataSet data;
  private final PixelFormat format;
  private final DicomRendering rendering;

  GreyMapping(DataSet data, PixelFormat format, DicomRendering rendering) {
    this.data = data;
    this.format = format;
    this.rendering = rendering;
  }

  /** The picture of some stored values, none beyond 17 bits. */
  GreyImage render(int[] stored) {
    if (format.colour()) {
      // Colours are display values already.
      byte[] pixels = new byte[stored.length];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (byte) stored[i];
      }
      return new GreyImage(format.columns(), format.rows(), pixels);
    }
    int least = Integer.MAX_VALUE;
    int greatest = Integer.MIN_VALUE;
    for (int value : stored) {
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
    }
    int[] counts = new int[greatest - least + 1];
    for (int value : stored) {
      counts[value - least]++;
    }
    boolean[] padding = padding(counts, least);
    DoubleUnaryOperator modality = modality();
    double[] values = new double[counts.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = modality.applyAsDouble((double) least + i);
    }
    byte[] table = levels(values, counts, padding);
    boolean inverted =
        format.inverted()
            || data.text(Tag.PRESENTATION_SHAPE).filter("INVERSE"::equalsIgnoreCase).isPresent();
    for (int i = 0; i < table.length; i++) {
      table[i] = padding[i] ? 0 : inverted ? (byte) (255 - (table[i] & 0xFF)) : table[i];
    }
    byte[] pixels = new byte[stored.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = table[stored[i] - least];
    }
    return new GreyImage(format.columns(), format.rows(), pixels);
  }

  /** Which values are padding; none if that would leave no picture. */
  private boolean[] padding(int[] counts, int least) {
    boolean[] padding = new boolean[counts.length];
    Optional<Integer> value = data.unsigned(Tag.PADDING_VALUE).map(this::signed);
    if (value.isEmpty()) {
      return padding;
    }
    int limit = data.unsigned(Tag.PADDING_LIMIT).map(this::signed).orElse(value.get());
    long left = 0;
    for (int i = 0; i < counts.length; i++) {
      int stored = least + i;
      padding[i] = stored >= Math.min(value.get(), limit) && stored <= Math.max(value.get(), limit);
      left += padding[i] ? 0 : counts[i];
    }
    return left == 0 ? new boolean[counts.length] : padding;
  }

  private int signed(int value) {
    return format.signed() ? (short) value : value;
  }

  private DoubleUnaryOperator modality() {
    Optional<LookUpTable> table = LookUpTable.of(data, Tag.MODALITY_LUT, format.signed());
    if (table.isPresent()) {
      return table.get()::apply;
    }
    double slope = data.decimal(Tag.RESCALE_SLOPE).filter(value -> value != 0).orElse(1.0);
    double intercept = data.decimal(Tag.RESCALE_INTERCEPT).orElse(0.0);
    return value -> value * slope + intercept;
  }

  /**
   * The grey level of each value. Windows that lie beside the values or are a single step are
   * passed over: the file's next one, its value table or percentiles show the picture.
   */
  private byte[] levels(double[] values, int[] counts, boolean[] padding) {
    if (rendering.range() == DicomRendering.Range.WINDOW) {
      for (DoubleUnaryOperator display : displays()) {
        byte[] levels = levels(values, display);
        if (showsContrast(levels, counts, padding)) {
          return levels;
        }
      }
    }
    boolean full = rendering.range() == DicomRendering.Range.FULL;
    double[] ends =
        percentiles(
            values,
            counts,
            padding,
            full ? 0 : rendering.lowPercentile(),
            full ? 100 : rendering.highPercentile());
    double span = ends[1] - ends[0];
    // A picture of one value has no contrast to show.
    return levels(values, span > 0 ? value -> (value - ends[0]) / span : value -> 0);
  }

  private static byte[] levels(double[] values, DoubleUnaryOperator display) {
    byte[] levels = new byte[values.length];
    for (int i = 0; i < levels.length; i++) {
      double level = Math.max(0, Math.min(1, display.applyAsDouble(values[i])));
      levels[i] = (byte) (int) (255 * level + 0.5);
    }
    return levels;
  }

  /** What the file says of the way from modality values to 0 (black) … 1 (white). */
  private List<DoubleUnaryOperator> displays() {
    List<DoubleUnaryOperator> displays = new ArrayList<>();
    List<Double> centres = data.decimals(Tag.WINDOW_CENTER);
    List<Double> widths = data.decimals(Tag.WINDOW_WIDTH);
    for (int i = 0; i < Math.min(centres.size(), widths.size()); i++) {
      if (widths.get(i) > 0) {
        displays.add(window(centres.get(i), widths.get(i)));
      }
    }
    boolean signed =
        format.signed() || data.decimal(Tag.RESCALE_INTERCEPT).filter(b -> b < 0).isPresent();
    LookUpTable.of(data, Tag.VOI_LUT, signed)
        .ifPresent(
            table -> {
              double most = (1 << table.bits()) - 1;
              displays.add(value -> table.apply(value) / most);
            });
    return displays;
  }

  /** Whether a rendering tells more of the values apart than black and white, and not too few. */
  private static boolean showsContrast(byte[] levels, int[] counts, boolean[] padding) {
    long[] histogram = new long[256];
    int distinct = 0;
    for (int i = 0; i < levels.length; i++) {
      if (!padding[i] && counts[i] > 0) {
        histogram[levels[i] & 0xFF] += counts[i];
        distinct++;
      }
    }
    long shown = Arrays.stream(histogram).filter(count -> count > 0).count();
    return shown >= Math.min(3, distinct) && !Uniformity.of(histogram);
  }

  private DoubleUnaryOperator window(double centre, double width) {
    return switch (data.text(Tag.VOI_FUNCTION).orElse("LINEAR").toUpperCase(Locale.ROOT)) {
      case "SIGMOID" -> value -> 1 / (1 + Math.exp(-4 * (value - centre) / width));
      case "LINEAR_EXACT" -> value -> (value - centre) / width + 0.5;
      default ->
          width <= 1
              ? value -> value <= centre - 0.5 ? 0 : 1
              : value -> (value - (centre - 0.5)) / (width - 1) + 0.5;
    };
  }

  /** The values at two shares of the pixels, padding left out. */
  private static double[] percentiles(
      double[] values, int[] counts, boolean[] padding, double low, double high) {
    long total = 0;
    for (int i = 0; i < counts.length; i++) {
      total += padding[i] ? 0 : counts[i];
    }
    long lowRank = (long) Math.floor(low / 100 * (total - 1));
    long highRank = (long) Math.ceil(high / 100 * (total - 1));
    double[] ends = new double[2];
    long seen = 0;
    for (int i : ascending(values)) {
      int count = padding[i] ? 0 : counts[i];
      if (seen <= lowRank && lowRank < seen + count) {
        ends[0] = values[i];
      }
      if (seen <= highRank && highRank < seen + count) {
        ends[1] = values[i];
      }
      seen += count;
    }
    return ends;
  }

  /** The places of the values, least first. */
  private static int[] ascending(double[] values) {
    IntStream places = IntStream.range(0, values.length);
    if (IntStream.range(1, values.length).allMatch(i -> values[i - 1] <= values[i])) {
      return places.toArray();
    }
    // Slopes may be negative, and a modality table need not be monotone.
    return places
        .boxed()
        .sorted(Comparator.comparingDouble(i -> values[i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}

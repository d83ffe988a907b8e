package org.mococxr.imaging.dicom;

import java.util.Optional;

/**
 * A modality or value-of-interest table (PS3.3, C.11.1 and C.11.2): input {@code first + i} gives
 * entry i, inputs outside give the nearest end.
 */
record LookUpTable(int first, int bits, int[] entries) {

  /** The table in the first item of a sequence, if it has a sensible one. */
  static Optional<LookUpTable> of(DataSet data, int sequence, boolean signedInput) {
    return data.firstItem(sequence)
        .flatMap(
            item -> {
              int[] descriptor = item.unsignedShorts(Tag.LUT_DESCRIPTOR);
              if (descriptor.length != 3) {
                return Optional.empty();
              }
              int count = descriptor[0] == 0 ? 1 << 16 : descriptor[0];
              int first = signedInput ? (short) descriptor[1] : descriptor[1];
              int[] entries = entries(item, count, descriptor[2]);
              return entries.length < count || descriptor[2] < 1 || descriptor[2] > 16
                  ? Optional.empty()
                  : Optional.of(new LookUpTable(first, descriptor[2], entries));
            });
  }

  /** Tables of up to 8 bits may have a byte for each entry. */
  private static int[] entries(DataSet item, int count, int bits) {
    DataSet.Element data = item.element(Tag.LUT_DATA).orElse(null);
    if (data != null && bits <= 8 && data.length() >= count && data.length() < 2L * count) {
      int[] entries = new int[count];
      for (int i = 0; i < count; i++) {
        entries[i] = item.bytes().get(data.offset() + i) & 0xFF;
      }
      return entries;
    }
    return item.unsignedShorts(Tag.LUT_DATA);
  }

  double apply(double value) {
    double index = Math.rint(value) - first;
    return entries[(int) Math.max(0, Math.min(entries.length - 1, index))];
  }
}

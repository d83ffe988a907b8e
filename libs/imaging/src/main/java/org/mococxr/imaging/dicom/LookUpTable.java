package org.mococxr.imaging.dicom;

import java.util.Arrays;
import java.util.Optional;
import org.mococxr.foundation.UserErrorException;

/**
 * A modality or value-of-interest table (PS3.3, C.11.1 and C.11.2): input {@code first + i} gives
 * entry i, inputs outside give the nearest end.
 *
 * @param bits that the entries use: many files declare 16 where the data have 10 or 12
 */
record LookUpTable(int first, int bits, int[] entries) {

  /**
   * The table in the first item of a sequence.
   *
   * @param signedInput whether the inputs may be negative
   * @return empty if there is no such sequence
   * @throws UserErrorException if there is one that makes no sense
   */
  static Optional<LookUpTable> of(DataSet data, int sequence, boolean signedInput) {
    return data.firstItem(sequence).map(item -> of(item, data.name(), signedInput));
  }

  private static LookUpTable of(DataSet item, String name, boolean signedInput) {
    int[] descriptor = item.unsignedShorts(Tag.LUT_DESCRIPTOR);
    int declared = descriptor.length < 1 || descriptor[0] == 0 ? 1 << 16 : descriptor[0];
    int[] entries = descriptor.length < 3 ? new int[0] : entries(item, declared);
    if (entries.length < 2) {
      throw new UserErrorException(
          name,
          "damaged DICOM: a look-up table has no entries or no descriptor of three numbers",
          "a whole table, or none, is expected");
    }
    boolean signed =
        signedInput || item.element(Tag.LUT_DESCRIPTOR).orElseThrow().vr().equals("SS");
    int greatest = Arrays.stream(entries).max().orElseThrow();
    int bits = 32 - Integer.numberOfLeadingZeros(Math.max(1, greatest));
    return new LookUpTable(signed ? (short) descriptor[1] : descriptor[1], bits, entries);
  }

  /** Tables of up to 8 bits may have a byte for each entry, padded to an even number. */
  private static int[] entries(DataSet item, int count) {
    DataSet.Element data = item.element(Tag.LUT_DATA).orElse(null);
    if (data != null && (data.length() == count || data.length() == count + 1)) {
      int[] entries = new int[count];
      for (int i = 0; i < count; i++) {
        entries[i] = item.bytes().get(data.offset() + i) & 0xFF;
      }
      return entries;
    }
    int[] all = item.unsignedShorts(Tag.LUT_DATA);
    return all.length > count ? Arrays.copyOf(all, count) : all;
  }

  double apply(double value) {
    double index = Math.rint(value) - first;
    return entries[(int) Math.max(0, Math.min(entries.length - 1, index))];
  }
}

package org.mococxr.imaging.dicom;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.mococxr.foundation.UserErrorException;

/**
 * Which fragments of encapsulated pixel data hold which frame (PS3.5, A.4).
 *
 * @param all offsets and lengths, the offset table first
 */
record Fragments(ByteBuffer bytes, List<int[]> all, String name) {

  /** The fragments of one frame, in order. */
  List<int[]> of(int index, int frames) {
    int[] table = all.getFirst();
    List<int[]> pictures = all.subList(1, all.size());
    if (frames == 1) {
      return pictures;
    }
    if (table[1] >= 4 * frames) {
      ByteBuffer offsets = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
      long base = (long) table[0] + table[1];
      long start = base + (offsets.getInt(table[0] + 4 * index) & 0xFFFFFFFFL);
      long end =
          index + 1 == frames
              ? Long.MAX_VALUE
              : base + (offsets.getInt(table[0] + 4 * index + 4) & 0xFFFFFFFFL);
      // An offset is that of the item's tag, eight bytes before its value.
      return whole(
          pictures.stream().filter(part -> part[0] - 8 >= start && part[0] - 8 < end).toList());
    }
    if (pictures.size() == frames) {
      return List.of(pictures.get(index));
    }
    List<List<int[]>> grouped = new ArrayList<>();
    for (int[] part : pictures) {
      if (grouped.isEmpty() || beginsPicture(part)) {
        grouped.add(new ArrayList<>());
      }
      grouped.getLast().add(part);
    }
    return whole(grouped.size() == frames ? grouped.get(index) : List.of());
  }

  /** JPEG and JPEG-LS begin with SOI, JPEG 2000 with SOC. */
  private boolean beginsPicture(int[] part) {
    return part[1] >= 2
        && bytes.get(part[0]) == (byte) 0xFF
        && (bytes.get(part[0] + 1) == (byte) 0xD8 || bytes.get(part[0] + 1) == 0x4F);
  }

  private List<int[]> whole(List<int[]> parts) {
    if (parts.isEmpty()) {
      throw new UserErrorException(
          name,
          "damaged DICOM: its frames cannot be told apart",
          "an offset table, or one fragment for each frame, is expected");
    }
    return parts;
  }
}

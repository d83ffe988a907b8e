package org.mococxr.imaging.dicom;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.mococxr.foundation.UserErrorException;

/** DICOM's run-length coding (PS3.5, annex G): a PackBits segment for each byte of a value. */
final class RleReader {
  private static final int HEADER = 64;

  private RleReader() {}

  /** The values of a frame in little-endian cells, the samples of a pixel side by side. */
  static ByteBuffer read(byte[] data, PixelFormat format, String name) {
    int bytes = format.bitsAllocated() / 8;
    int planes = bytes * format.samplesPerPixel();
    ByteBuffer header = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    // A run of 128 takes two bytes: a short file cannot ask for a large array.
    if (data.length < HEADER
        || header.getInt(0) != planes
        || 64L * data.length < (long) format.count() * planes) {
      throw damaged(name);
    }
    byte[] cells = new byte[format.count() * planes];
    for (int plane = 0; plane < planes; plane++) {
      int start = header.getInt(4 + 4 * plane);
      int end = plane + 1 < planes ? header.getInt(8 + 4 * plane) : data.length;
      if (start < HEADER || end > data.length || start > end) {
        throw damaged(name);
      }
      // The most significant byte of a sample comes first.
      int first = plane / bytes * bytes + bytes - 1 - plane % bytes;
      unpack(data, start, end, cells, first, planes, name);
    }
    return ByteBuffer.wrap(cells);
  }

  private static void unpack(
      byte[] data, int start, int end, byte[] cells, int first, int step, String name) {
    int at = start;
    int to = first;
    while (to < cells.length) {
      if (at >= end) {
        throw damaged(name);
      }
      int control = data[at++];
      boolean run = control < 0;
      int count = run ? 1 - control : control + 1;
      if (control == -128) {
        continue;
      }
      if (at + (run ? 1 : count) > end) {
        throw damaged(name);
      }
      for (int i = 0; i < count && to < cells.length; i++, to += step) {
        cells[to] = data[run ? at : at + i];
      }
      at += run ? 1 : count;
    }
  }

  private static UserErrorException damaged(String name) {
    return DicomParser.damaged(name, "the run-length coding is wrong");
  }
}

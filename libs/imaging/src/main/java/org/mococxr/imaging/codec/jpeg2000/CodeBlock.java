package org.mococxr.imaging.codec.jpeg2000;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.mococxr.imaging.codec.StuffedBits;

/** What the packets of a tile tell of one code block. */
final class CodeBlock {
  /** More passes than any coded depth has. */
  private static final int UNLIMITED = 109;

  /** Passes that share one terminated stretch of bytes. */
  static final class Segment {
    final int most;
    int passes;
    int bytes;

    Segment(int most) {
      this.most = most;
    }
  }

  /** One stretch of bytes of a packet. */
  record Chunk(int start, int length) {}

  final int x0;
  final int y0;
  final int width;
  final int height;
  final List<Segment> segments = new ArrayList<>(1);
  final List<Chunk> chunks = new ArrayList<>(1);
  boolean included;
  int zeroPlanes;
  int lengthBits = 3;

  /**
   * @param x0 first column within its subband
   * @param y0 first row within its subband
   */
  CodeBlock(int x0, int y0, int width, int height) {
    this.x0 = x0;
    this.y0 = y0;
    this.width = width;
    this.height = height;
  }

  /** Reads the part of a packet's header on this block; how many bytes of it follow in the body. */
  int readHeader(StuffedBits bits, int blockStyle) throws IOException {
    int passes = passes(bits);
    while (bits.bit() == 1) {
      if (++lengthBits > 32 || bits.exhausted()) {
        throw new IOException("a packet's header is damaged");
      }
    }
    long total = 0;
    while (passes > 0) {
      Segment segment = openSegment(blockStyle);
      int now = Math.min(passes, segment.most - segment.passes);
      int width = lengthBits + 31 - Integer.numberOfLeadingZeros(now);
      if (width > 31) {
        throw new IOException("a packet's header is damaged");
      }
      int bytes = bits.bits(width);
      total += bytes;
      if (total > Integer.MAX_VALUE / 2 || segments.size() > 200) {
        throw new IOException("a packet's header is damaged");
      }
      segment.passes += now;
      segment.bytes += bytes;
      passes -= now;
    }
    return (int) total;
  }

  /** Table B.4. */
  private static int passes(StuffedBits bits) {
    if (bits.bit() == 0) {
      return 1;
    }
    if (bits.bit() == 0) {
      return 2;
    }
    int more = bits.bits(2);
    if (more < 3) {
      return 3 + more;
    }
    more = bits.bits(5);
    return more < 31 ? 6 + more : 37 + bits.bits(7);
  }

  private Segment openSegment(int blockStyle) {
    Segment last = segments.isEmpty() ? null : segments.getLast();
    if (last != null && last.passes < last.most) {
      return last;
    }
    int most = UNLIMITED;
    if ((blockStyle & CodingStyle.TERMINATE) != 0) {
      most = 1;
    } else if ((blockStyle & CodingStyle.BYPASS) != 0) {
      // Ten arithmetic passes, then two raw and one arithmetic in turn (D.6).
      most = last == null ? 10 : last.most == 2 ? 1 : 2;
    }
    Segment segment = new Segment(most);
    segments.add(segment);
    return segment;
  }

  int passCount() {
    return segments.stream().mapToInt(segment -> segment.passes).sum();
  }

  int byteCount() {
    return chunks.stream().mapToInt(Chunk::length).sum();
  }
}

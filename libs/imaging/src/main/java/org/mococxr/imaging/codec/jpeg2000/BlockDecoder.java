package org.mococxr.imaging.codec.jpeg2000;

import java.io.IOException;
import java.util.Arrays;
import org.mococxr.imaging.codec.StuffedBits;

/**
 * Decodes the bit planes of code blocks (annex D). Values come doubled, with the half bit that puts
 * an incomplete one in the middle of its interval.
 */
final class BlockDecoder {
  private static final int NE = 1;
  private static final int SE = 2;
  private static final int SW = 4;
  private static final int NW = 8;
  private static final int N = 0x10;
  private static final int E = 0x20;
  private static final int S = 0x40;
  private static final int W = 0x80;
  private static final int AROUND = 0xFF;
  private static final int MINUS_N = 0x100;
  private static final int MINUS_E = 0x200;
  private static final int MINUS_S = 0x400;
  private static final int MINUS_W = 0x800;
  private static final int SIGNIFICANT = 0x1000;
  private static final int REFINED = 0x2000;
  private static final int VISITED = 0x4000;
  private static final int NOT_BELOW = ~(S | SE | SW | MINUS_S);

  private static final byte[][] ZERO_CONTEXT = zeroContexts();
  private static final byte[] SIGN_CONTEXT = signContexts();

  private final MqDecoder mq = new MqDecoder();
  private final int[] flags = new int[(1 << 12) * 2 + 4096];
  private final int[] values = new int[1 << 12];
  private StuffedBits raw;
  private int width;
  private int height;
  private int stride;
  private int blockStyle;
  private byte[] zeroContext;

  /**
   * Decodes a block.
   *
   * @param packets the tile's bytes, to which the block's chunks point
   * @param orientation 0 LL, 1 HL, 2 LH, 3 HH
   * @param planes magnitude bits that the subband has in all
   * @return {@code width × height} values, valid until the next call
   */
  int[] decode(CodeBlock block, byte[] packets, int orientation, int planes, int style)
      throws IOException {
    width = block.width;
    height = block.height;
    stride = width + 2;
    blockStyle = style;
    zeroContext = ZERO_CONTEXT[orientation];
    Arrays.fill(values, 0, width * height, 0);
    Arrays.fill(flags, 0, stride * (height + 2), 0);
    int coded = planes - block.zeroPlanes;
    int passes = block.passCount();
    // Each pass takes some bits: no few bytes may ask for the time of many passes.
    if (coded < 1 || coded > 30 || passes > 3 * coded - 2 || passes > 16 + 8 * block.byteCount()) {
      throw new IOException("a code block has too many passes");
    }
    byte[] data = gather(block, packets);
    mq.resetContexts();
    int plane = coded;
    int kind = 2;
    int at = 0;
    for (CodeBlock.Segment segment : block.segments) {
      int end = at + segment.bytes;
      boolean bypass = (style & CodingStyle.BYPASS) != 0 && plane <= coded - 4 && kind < 2;
      // Bytes behind a segment are those of the next: it must see ones instead.
      byte first = data[end];
      byte second = data[end + 1];
      data[end] = (byte) 0xFF;
      data[end + 1] = (byte) 0xFF;
      if (bypass) {
        raw = new StuffedBits(data, at, end);
      } else {
        raw = null;
        mq.start(data, at);
      }
      for (int pass = 0; pass < segment.passes; pass++) {
        pass(kind, plane);
        kind++;
        if (kind == 3) {
          kind = 0;
          plane--;
        }
      }
      data[end] = first;
      data[end + 1] = second;
      at = end;
    }
    return values;
  }

  private static byte[] gather(CodeBlock block, byte[] packets) throws IOException {
    int total = block.byteCount();
    int claimed = block.segments.stream().mapToInt(segment -> segment.bytes).sum();
    if (claimed != total) {
      throw new IOException("a code block's lengths contradict one another");
    }
    byte[] data = new byte[total + 2];
    int at = 0;
    for (CodeBlock.Chunk chunk : block.chunks) {
      System.arraycopy(packets, chunk.start(), data, at, chunk.length());
      at += chunk.length();
    }
    return data;
  }

  private void pass(int kind, int plane) {
    int one = 1 << plane;
    switch (kind) {
      case 0 -> significance(one);
      case 1 -> refinement(one);
      default -> cleanup(one);
    }
    if ((blockStyle & CodingStyle.RESET) != 0) {
      mq.resetContexts();
    }
  }

  private int seen(int flag, int y) {
    return (blockStyle & CodingStyle.CAUSAL) != 0 && (y & 3) == 3 ? flag & NOT_BELOW : flag;
  }

  private void significance(int one) {
    for (int stripe = 0; stripe < height; stripe += 4) {
      int bottom = Math.min(height, stripe + 4);
      for (int x = 0; x < width; x++) {
        for (int y = stripe; y < bottom; y++) {
          int at = (y + 1) * stride + x + 1;
          int flag = seen(flags[at], y);
          if ((flag & AROUND) == 0 || (flag & SIGNIFICANT) != 0) {
            continue;
          }
          int bit = raw != null ? raw.bit() : mq.decode(zeroContext[flag & AROUND]);
          if (bit == 1) {
            becomeSignificant(x, y, at, flag, one);
          }
          flags[at] |= VISITED;
        }
      }
    }
  }

  private void refinement(int one) {
    int half = one >> 1;
    for (int stripe = 0; stripe < height; stripe += 4) {
      int bottom = Math.min(height, stripe + 4);
      for (int x = 0; x < width; x++) {
        for (int y = stripe; y < bottom; y++) {
          int at = (y + 1) * stride + x + 1;
          if ((flags[at] & (SIGNIFICANT | VISITED)) != SIGNIFICANT) {
            continue;
          }
          int flag = seen(flags[at], y);
          int context = (flag & REFINED) != 0 ? 16 : (flag & AROUND) != 0 ? 15 : 14;
          int bit = raw != null ? raw.bit() : mq.decode(context);
          int index = y * width + x;
          int change = bit == 1 ? half : -half;
          values[index] += values[index] < 0 ? -change : change;
          flags[at] |= REFINED;
        }
      }
    }
  }

  private void cleanup(int one) {
    for (int stripe = 0; stripe < height; stripe += 4) {
      int bottom = Math.min(height, stripe + 4);
      for (int x = 0; x < width; x++) {
        int y = stripe;
        boolean known = false;
        if (bottom - stripe == 4 && quiet(x, stripe)) {
          if (mq.decode(MqDecoder.RUN_LENGTH) == 0) {
            continue;
          }
          y += mq.decode(MqDecoder.UNIFORM) << 1 | mq.decode(MqDecoder.UNIFORM);
          known = true;
        }
        for (; y < bottom; y++) {
          int at = (y + 1) * stride + x + 1;
          if (known || (flags[at] & (SIGNIFICANT | VISITED)) == 0) {
            int flag = seen(flags[at], y);
            if (known || mq.decode(zeroContext[flag & AROUND]) == 1) {
              becomeSignificant(x, y, at, flag, one);
            }
            known = false;
          }
          flags[at] &= ~VISITED;
        }
      }
    }
    if ((blockStyle & CodingStyle.SYMBOLS) != 0) {
      for (int i = 0; i < 4; i++) {
        mq.decode(MqDecoder.UNIFORM);
      }
    }
  }

  /** Whether a column of four has nothing significant in or around it, nor visited. */
  private boolean quiet(int x, int stripe) {
    int at = (stripe + 1) * stride + x + 1;
    int all = flags[at] | flags[at + stride] | flags[at + 2 * stride];
    all |= seen(flags[at + 3 * stride], stripe + 3);
    return (all & (SIGNIFICANT | VISITED | AROUND)) == 0;
  }

  private void becomeSignificant(int x, int y, int at, int flag, int one) {
    boolean negative;
    if (raw != null) {
      negative = raw.bit() == 1;
    } else {
      int entry = SIGN_CONTEXT[flag >> 4 & 0xFF];
      negative = mq.decode(entry & 31) != entry >> 5;
    }
    int value = one | one >> 1;
    values[y * width + x] = negative ? -value : value;
    flags[at] |= SIGNIFICANT;
    flags[at - stride - 1] |= SE;
    flags[at - stride + 1] |= SW;
    flags[at + stride - 1] |= NE;
    flags[at + stride + 1] |= NW;
    flags[at - stride] |= negative ? S | MINUS_S : S;
    flags[at + stride] |= negative ? N | MINUS_N : N;
    flags[at - 1] |= negative ? E | MINUS_E : E;
    flags[at + 1] |= negative ? W | MINUS_W : W;
  }

  /** Table D.1. */
  private static byte[][] zeroContexts() {
    byte[][] contexts = new byte[4][256];
    for (int f = 0; f < 256; f++) {
      int h = Integer.bitCount(f & (E | W));
      int v = Integer.bitCount(f & (N | S));
      int d = Integer.bitCount(f & (NE | SE | SW | NW));
      contexts[0][f] = contexts[2][f] = straight(h, v, d);
      contexts[1][f] = straight(v, h, d);
      contexts[3][f] = diagonal(h + v, d);
    }
    return contexts;
  }

  private static byte straight(int h, int v, int d) {
    if (h == 2) {
      return 8;
    }
    if (h == 1) {
      return (byte) (v >= 1 ? 7 : d >= 1 ? 6 : 5);
    }
    return (byte) (v == 2 ? 4 : v == 1 ? 3 : Math.min(2, d));
  }

  private static byte diagonal(int hv, int d) {
    if (d >= 3) {
      return 8;
    }
    if (d == 2) {
      return (byte) (hv >= 1 ? 7 : 6);
    }
    return (byte) (3 * d + Math.min(2, hv));
  }

  /** Tables D.2 and D.3, by significance (low 4 bits) and sign of N, E, S, W; bit 5 flips. */
  private static byte[] signContexts() {
    byte[] contexts = new byte[256];
    for (int f = 0; f < 256; f++) {
      int h = Math.max(-1, Math.min(1, part(f, E) + part(f, W)));
      int v = Math.max(-1, Math.min(1, part(f, N) + part(f, S)));
      boolean flip = h < 0 || (h == 0 && v < 0);
      int context = h == 0 ? 9 + Math.abs(v) : 12 + (flip ? -v : v);
      contexts[f] = (byte) (context | (flip ? 32 : 0));
    }
    return contexts;
  }

  private static int part(int f, int direction) {
    int bit = direction >> 4;
    return (f & bit) == 0 ? 0 : (f & bit << 4) == 0 ? 1 : -1;
  }
}

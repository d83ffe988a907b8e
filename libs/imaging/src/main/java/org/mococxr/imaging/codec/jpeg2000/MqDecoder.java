package org.mococxr.imaging.codec.jpeg2000;

import java.util.Arrays;

/** The adaptive binary arithmetic decoder (ITU-T T.800, annex C) and its contexts. */
final class MqDecoder {
  static final int RUN_LENGTH = 17;
  static final int UNIFORM = 18;
  private static final int CONTEXTS = 19;

  /** Table C.2: probability, next state after the likelier and the other symbol, switch. */
  private static final int[] QE = {
    0x5601, 0x3401, 0x1801, 0x0AC1, 0x0521, 0x0221, 0x5601, 0x5401, 0x4801, 0x3801, 0x3001, 0x2401,
    0x1C01, 0x1601, 0x5601, 0x5401, 0x5101, 0x4801, 0x3801, 0x3401, 0x3001, 0x2801, 0x2401, 0x2201,
    0x1C01, 0x1801, 0x1601, 0x1401, 0x1201, 0x1101, 0x0AC1, 0x09C1, 0x08A1, 0x0521, 0x0441, 0x02A1,
    0x0221, 0x0141, 0x0111, 0x0085, 0x0049, 0x0025, 0x0015, 0x0009, 0x0005, 0x0001, 0x5601
  };

  private static final byte[] LIKELIER = {
    1, 2, 3, 4, 5, 38, 7, 8, 9, 10, 11, 12, 13, 29, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26,
    27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 45, 46
  };

  private static final byte[] RARER = {
    1, 6, 9, 12, 29, 33, 6, 14, 14, 14, 17, 18, 20, 21, 14, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22,
    23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 46
  };

  private final int[] state = new int[CONTEXTS];
  private final int[] symbol = new int[CONTEXTS];
  private byte[] data;
  private int at;
  private int a;
  private int c;
  private int shifts;

  /** Puts every context into its first state (table D.7). */
  void resetContexts() {
    Arrays.fill(state, 0);
    Arrays.fill(symbol, 0);
    state[0] = 4;
    state[RUN_LENGTH] = 3;
    state[UNIFORM] = 46;
  }

  /**
   * Starts a segment.
   *
   * @param data the segment's bytes end with two of 0xFF, past which nothing is read
   */
  void start(byte[] data, int at) {
    this.data = data;
    this.at = at;
    c = (data[at] & 0xFF) << 16;
    readByte();
    c <<= 7;
    shifts -= 7;
    a = 0x8000;
  }

  private void readByte() {
    int next = data[at + 1] & 0xFF;
    if (data[at] == (byte) 0xFF) {
      if (next > 0x8F) {
        c += 0xFF00;
        shifts = 8;
      } else {
        at++;
        c += next << 9;
        shifts = 7;
      }
    } else {
      at++;
      c += next << 8;
      shifts = 8;
    }
  }

  int decode(int context) {
    int s = state[context];
    int qe = QE[s];
    int decision = symbol[context];
    a -= qe;
    if (c >>> 16 < qe) {
      boolean likely = a < qe;
      a = qe;
      decision = change(context, s, decision, likely);
    } else {
      c -= qe << 16;
      if ((a & 0x8000) != 0) {
        return decision;
      }
      decision = change(context, s, decision, a >= qe);
    }
    do {
      if (shifts == 0) {
        readByte();
      }
      a <<= 1;
      c <<= 1;
      shifts--;
    } while ((a & 0x8000) == 0);
    return decision;
  }

  private int change(int context, int s, int likelier, boolean likely) {
    if (likely) {
      state[context] = LIKELIER[s];
      return likelier;
    }
    if (s == 0 || s == 6 || s == 14) {
      symbol[context] = 1 - likelier;
    }
    state[context] = RARER[s];
    return 1 - likelier;
  }
}

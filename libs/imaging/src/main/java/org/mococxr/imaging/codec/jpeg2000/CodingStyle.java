package org.mococxr.imaging.codec.jpeg2000;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The COD and QCD markers (or COC and QCC) that hold for a tile (A.6.1, A.6.4).
 *
 * @param sop whether packets may begin with SOP markers
 * @param eph whether packet headers may end with EPH markers
 * @param progression 0 LRCP, 1 RLCP, 2 RPCL, 3 PCRL, 4 CPRL
 * @param layers quality layers
 * @param levels wavelet levels
 * @param blockWidth logarithm of a code block's width
 * @param blockHeight logarithm of a code block's height
 * @param blockStyle the flags of table A.19
 * @param reversible whether the 5/3 wavelet is used
 * @param precincts for each resolution the logarithms of width (low 4 bits) and height (high)
 * @param guardBits of the quantisation
 * @param exponents for each subband, lowest first
 * @param mantissas for each subband, lowest first
 */
record CodingStyle(
    boolean sop,
    boolean eph,
    int progression,
    int layers,
    int levels,
    int blockWidth,
    int blockHeight,
    int blockStyle,
    boolean reversible,
    int[] precincts,
    int guardBits,
    int[] exponents,
    int[] mantissas) {
  static final int BYPASS = 1;
  static final int RESET = 2;
  static final int TERMINATE = 4;
  static final int CAUSAL = 8;
  static final int SYMBOLS = 32;

  static final CodingStyle NONE =
      new CodingStyle(false, false, 0, 0, 0, 0, 0, 0, false, new int[0], 0, new int[0], new int[0]);

  /** With a COD marker's content. */
  CodingStyle withCod(ByteBuffer in) throws IOException {
    int style = in.get();
    int order = in.get();
    int layerCount = in.getShort() & 0xFFFF;
    in.get();
    if (order < 0 || order > 4 || layerCount < 1) {
      throw new IOException("its COD marker is wrong");
    }
    CodingStyle with =
        new CodingStyle(
            (style & 2) != 0,
            (style & 4) != 0,
            order,
            layerCount,
            levels,
            blockWidth,
            blockHeight,
            blockStyle,
            reversible,
            precincts,
            guardBits,
            exponents,
            mantissas);
    return with.withBlocks(in, (style & 1) != 0);
  }

  /** With the part that COD and COC share. */
  CodingStyle withBlocks(ByteBuffer in, boolean ownPrecincts) throws IOException {
    int levelCount = in.get() & 0xFF;
    int width = (in.get() & 0xFF) + 2;
    int height = (in.get() & 0xFF) + 2;
    int style = in.get() & 0xFF;
    int wavelet = in.get();
    if (levelCount > 32
        || width > 10
        || height > 10
        || width + height > 12
        || wavelet < 0
        || wavelet > 1
        || style > 63) {
      throw new IOException("its coding style is wrong");
    }
    int[] sizes = new int[levelCount + 1];
    for (int r = 0; r <= levelCount; r++) {
      sizes[r] = ownPrecincts ? in.get() & 0xFF : 0xFF;
      if (r > 0 && ((sizes[r] & 15) == 0 || sizes[r] >> 4 == 0)) {
        throw new IOException("its precincts are wrong");
      }
    }
    return new CodingStyle(
        sop,
        eph,
        progression,
        layers,
        levelCount,
        width,
        height,
        style,
        wavelet == 1,
        sizes,
        guardBits,
        exponents,
        mantissas);
  }

  /** With a QCD or QCC marker's content. */
  CodingStyle withQuantisation(ByteBuffer in) throws IOException {
    int style = in.get() & 0xFF;
    int kind = style & 31;
    int count = kind == 0 ? in.remaining() : kind == 1 ? 1 : in.remaining() / 2;
    if (kind > 2 || count < 1) {
      throw new IOException("its quantisation is wrong");
    }
    // A derived quantisation gives the lowest band only; each further level has one bit less.
    int bands = kind == 1 ? 97 : count;
    int[] exponent = new int[bands];
    int[] mantissa = new int[bands];
    for (int i = 0; i < count; i++) {
      int value = kind == 0 ? (in.get() & 0xFF) << 8 : in.getShort() & 0xFFFF;
      exponent[i] = value >> 11;
      mantissa[i] = kind == 0 ? 0 : value & 0x7FF;
    }
    for (int i = count; i < bands; i++) {
      exponent[i] = Math.max(0, exponent[0] - (i - 1) / 3);
      mantissa[i] = mantissa[0];
    }
    return new CodingStyle(
        sop,
        eph,
        progression,
        layers,
        levels,
        blockWidth,
        blockHeight,
        blockStyle,
        reversible,
        precincts,
        style >> 5,
        exponent,
        mantissa);
  }

  void check() throws IOException {
    if (layers == 0 || exponents.length < 3 * levels + 1) {
      throw new IOException("its COD or QCD marker is missing or too short");
    }
  }
}

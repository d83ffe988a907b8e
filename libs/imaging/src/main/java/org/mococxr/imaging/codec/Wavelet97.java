package org.mococxr.imaging.codec;

import jj2000.j2k.wavelet.synthesis.SubbandSyn;
import jj2000.j2k.wavelet.synthesis.SynWTFilterFloatLift9x7;

/**
 * JPEG 2000's irreversible 9/7 wavelet in single precision, with the constants and the order of
 * operations of OpenJPEG. The standard leaves rounding to the decoder; this way our pixels are
 * those that pydicom and most viewers show, to the last bit.
 */
final class Wavelet97 extends SynWTFilterFloatLift9x7 {
  private static final float ALPHA = -1.586134342f;
  private static final float BETA = -0.052980118f;
  private static final float GAMMA = 0.882911075f;
  private static final float DELTA = 0.443506852f;
  private static final float LOW = 1.230174105f;

  /** OpenJPEG's 2/K is this and not exactly 2/K; the 2 is in JJ2000's coefficients already. */
  private static final float HIGH = 1.625732422f / 2;

  /** Puts this filter in the place of JJ2000's own in a tree of subbands. */
  static void install(SubbandSyn node) {
    if (node == null || !node.isNode) {
      return;
    }
    if (node.hFilter instanceof SynWTFilterFloatLift9x7) {
      node.hFilter = new Wavelet97();
    }
    if (node.vFilter instanceof SynWTFilterFloatLift9x7) {
      node.vFilter = new Wavelet97();
    }
    install(node.subb_LL);
    install(node.subb_HL);
    install(node.subb_LH);
    install(node.subb_HH);
  }

  @Override
  public void synthetize_lpf(
      float[] low,
      int lowStart,
      int lowLength,
      int lowStep,
      float[] high,
      int highStart,
      int highLength,
      int highStep,
      float[] out,
      int start,
      int step) {
    if (lowLength + highLength == 1) {
      out[start] = low[lowStart];
      return;
    }
    spread(low, lowStart, lowLength, lowStep, out, start, 2 * step, LOW);
    spread(high, highStart, highLength, highStep, out, start + step, 2 * step, HIGH);
    lift(out, start, step, lowLength + highLength, 0);
  }

  @Override
  public void synthetize_hpf(
      float[] low,
      int lowStart,
      int lowLength,
      int lowStep,
      float[] high,
      int highStart,
      int highLength,
      int highStep,
      float[] out,
      int start,
      int step) {
    if (lowLength + highLength == 1) {
      out[start] = high[highStart] * 0.5f;
      return;
    }
    spread(high, highStart, highLength, highStep, out, start, 2 * step, HIGH);
    spread(low, lowStart, lowLength, lowStep, out, start + step, 2 * step, LOW);
    lift(out, start, step, lowLength + highLength, 1);
  }

  private static void spread(
      float[] in, int from, int length, int inStep, float[] out, int to, int outStep, float scale) {
    for (int i = 0; i < length; i++) {
      out[to + i * outStep] = in[from + i * inStep] * scale;
    }
  }

  /** Undoes the four lifting steps; low samples stand at positions of the given parity. */
  private static void lift(float[] x, int start, int step, int n, int lowParity) {
    update(x, start, step, n, lowParity, -DELTA);
    update(x, start, step, n, 1 - lowParity, -GAMMA);
    update(x, start, step, n, lowParity, -BETA);
    update(x, start, step, n, 1 - lowParity, -ALPHA);
  }

  /** Adds to every second sample a share of its neighbours, mirrored at the ends. */
  private static void update(float[] x, int start, int step, int n, int parity, float share) {
    for (int i = parity; i < n; i += 2) {
      int at = start + i * step;
      float left = x[i > 0 ? at - step : at + step];
      float right = x[i + 1 < n ? at + step : at - step];
      x[at] = x[at] + (left + right) * share;
    }
  }
}

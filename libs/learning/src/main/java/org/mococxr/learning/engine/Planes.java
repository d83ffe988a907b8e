package org.mococxr.learning.engine;

import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.transform.Normalisation;

/**
 * Turns 8-bit grey pictures into the network's input. A grey picture stands for three equal planes;
 * where the normalisation treats the planes alike, one plane is made and the executor sums the
 * first weights.
 */
public final class Planes {
  private final float[][] levels;

  public Planes(Normalisation normalisation) {
    boolean equal = true;
    for (int c = 1; c < 3; c++) {
      equal &=
          normalisation.mean()[c] == normalisation.mean()[0]
              && normalisation.std()[c] == normalisation.std()[0];
    }
    levels = new float[equal ? 1 : 3][256];
    for (int c = 0; c < levels.length; c++) {
      for (int grey = 0; grey < 256; grey++) {
        levels[c][grey] = normalisation.apply(grey, c);
      }
    }
  }

  /** Planes per picture: 1 or 3. */
  public int count() {
    return levels.length;
  }

  /** Values of a picture of {@code pixels} pixels. */
  public int length(int pixels) {
    return levels.length * pixels;
  }

  /** Writes a picture's planes, one after the other, from {@code offset} on. */
  public void write(GreyImage picture, float[] out, int offset) {
    byte[] pixels = picture.pixels();
    for (int c = 0; c < levels.length; c++) {
      float[] table = levels[c];
      int start = offset + c * pixels.length;
      for (int i = 0; i < pixels.length; i++) {
        out[start + i] = table[pixels[i] & 0xFF];
      }
    }
  }
}

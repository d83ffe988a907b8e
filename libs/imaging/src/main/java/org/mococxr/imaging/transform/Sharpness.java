package org.mococxr.imaging.transform;

import org.mococxr.imaging.GreyImage;

/**
 * Blends with a smoothed copy: 0 gives that copy, 1 the same picture, 2 a sharpened one (Pillow's
 * {@code ImageEnhance.Sharpness}; the smoothing kernel is 1 with 5 in its middle, over 13, and
 * leaves the border as it is).
 *
 * @param factor at least 0
 */
public record Sharpness(double factor) implements Transform {

  @Override
  public GreyImage apply(GreyImage image) {
    int w = image.width();
    int h = image.height();
    byte[] in = image.pixels();
    byte[] out = in.clone();
    float alpha = (float) factor;
    for (int y = 1; y < h - 1; y++) {
      int above = (y - 1) * w;
      int here = y * w;
      int below = (y + 1) * w;
      // Sums of the columns left, at and right of the pixel slide along the row.
      int left = (in[above] & 0xFF) + (in[here] & 0xFF) + (in[below] & 0xFF);
      int middle =
          w < 2 ? 0 : (in[above + 1] & 0xFF) + (in[here + 1] & 0xFF) + (in[below + 1] & 0xFF);
      for (int x = 1; x < w - 1; x++) {
        int right =
            (in[above + x + 1] & 0xFF) + (in[here + x + 1] & 0xFF) + (in[below + x + 1] & 0xFF);
        int level = in[here + x] & 0xFF;
        // Twice the sum plus 13, over 26, rounds the thirteenth half up.
        int smooth = (2 * (left + middle + right + 4 * level) + 13) / 26;
        out[here + x] = Blend.of(smooth, level, alpha);
        left = middle;
        middle = right;
      }
    }
    return new GreyImage(w, h, out);
  }
}

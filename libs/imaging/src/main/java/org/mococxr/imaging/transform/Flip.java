package org.mococxr.imaging.transform;

import org.mococxr.imaging.GreyImage;

/** Mirrors a picture. */
public enum Flip implements Transform {
  /** Left becomes right. */
  HORIZONTAL,
  /** Top becomes bottom. */
  VERTICAL;

  @Override
  public GreyImage apply(GreyImage image) {
    int w = image.width();
    int h = image.height();
    byte[] in = image.pixels();
    byte[] out = new byte[in.length];
    for (int y = 0; y < h; y++) {
      int row = y * w;
      if (this == VERTICAL) {
        System.arraycopy(in, (h - 1 - y) * w, out, row, w);
      } else {
        for (int x = 0, last = row + w - 1; x < w; x++) {
          out[row + x] = in[last - x];
        }
      }
    }
    return new GreyImage(w, h, out);
  }
}

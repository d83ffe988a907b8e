package org.mococxr.datasets.phantom;

/** What lies on the film and not in the body: collimator borders and the lead marker. */
final class FilmFurniture {
  /** Letters of 5 × 7 dots, a row per number, the highest bit left. */
  private static final int[] L = {16, 16, 16, 16, 16, 16, 31};

  private static final int[] P = {30, 17, 17, 30, 16, 16, 16};

  private FilmFurniture() {}

  static void draw(byte[] pixels, int size, Acquisition acquisition, boolean portable) {
    if (acquisition.marker()) {
      letter(pixels, size, acquisition, portable ? P : L);
    }
    int left = (int) (acquisition.collimation()[0] * size);
    int top = (int) (acquisition.collimation()[1] * size);
    int right = size - (int) (acquisition.collimation()[2] * size);
    int bottom = size - (int) (acquisition.collimation()[3] * size);
    for (int row = 0; row < size; row++) {
      for (int column = 0; column < size; column++) {
        if (row < top || row >= bottom || column < left || column >= right) {
          pixels[row * size + column] = 3;
        }
      }
    }
  }

  private static void letter(byte[] pixels, int size, Acquisition acquisition, int[] rows) {
    double dot = Math.max(1.0, size / 96.0);
    int x0 = (int) (acquisition.markerX() * size);
    int y0 = (int) (acquisition.markerY() * size);
    for (int y = 0; y < (int) (7 * dot) && y0 + y < size; y++) {
      int bits = rows[Math.min(6, (int) (y / dot))];
      for (int x = 0; x < (int) (5 * dot) && x0 + x < size; x++) {
        if ((bits >> 4 - Math.min(4, (int) (x / dot)) & 1) == 1) {
          pixels[(y0 + y) * size + x0 + x] = (byte) acquisition.markerValue();
        }
      }
    }
  }
}

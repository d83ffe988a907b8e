package org.mococxr.imaging.outliers;

import org.mococxr.imaging.GreyImage;

/** A picture's coarse brightness, independent of its exposure. */
final class Thumbnail {
  /** Rows and columns. */
  static final int SIDE = 8;

  /** Keeps the noise of a picture without contrast from being enlarged, in grey levels. */
  private static final double LEAST_DEVIATION = 1;

  private Thumbnail() {}

  /** Means of {@code SIDE × SIDE} parts, row by row, brought to mean 0 and deviation 1. */
  static double[] of(GreyImage image) {
    double[] cells = new double[SIDE * SIDE];
    double mean = 0;
    for (int row = 0; row < SIDE; row++) {
      for (int column = 0; column < SIDE; column++) {
        double cell = cell(image, row, column);
        cells[row * SIDE + column] = cell;
        mean += cell / cells.length;
      }
    }
    double variance = 0;
    for (double cell : cells) {
      variance += (cell - mean) * (cell - mean) / cells.length;
    }
    double deviation = Math.sqrt(variance) + LEAST_DEVIATION;
    for (int i = 0; i < cells.length; i++) {
      cells[i] = (cells[i] - mean) / deviation;
    }
    return cells;
  }

  private static double cell(GreyImage image, int row, int column) {
    int top = row * image.height() / SIDE;
    int left = column * image.width() / SIDE;
    // A picture smaller than the thumbnail has a pixel in several parts.
    int bottom = Math.max(top + 1, (row + 1) * image.height() / SIDE);
    int right = Math.max(left + 1, (column + 1) * image.width() / SIDE);
    long sum = 0;
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        sum += image.at(x, y);
      }
    }
    return (double) sum / ((bottom - top) * (right - left));
  }
}

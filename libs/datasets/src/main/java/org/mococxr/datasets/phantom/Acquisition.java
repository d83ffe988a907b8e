package org.mococxr.datasets.phantom;

import org.mococxr.foundation.RandomStream;

/**
 * How one view was taken and processed: position, exposure and the film's furniture.
 *
 * @param angle rotation in radians
 * @param scale magnification
 * @param shiftX translation, in half picture widths
 * @param shiftY as above
 * @param low attenuation that becomes black
 * @param high attenuation that becomes white
 * @param gamma exponent of the tone curve
 * @param black grey level of what lets everything through
 * @param white grey level of what lets nothing through
 * @param slopeX brightness gradient across the picture (heel effect, grid cut-off)
 * @param slopeY as above
 * @param noise standard deviation of the quantum noise, in grey levels
 * @param haze scattered light: attenuation added everywhere
 * @param collimation width of the black borders left, top, right, bottom, in picture widths
 * @param marker a lead letter in the corner
 * @param markerX its left edge, 0 … 1
 * @param markerY its top edge, 0 … 1
 * @param markerValue its grey level
 */
record Acquisition(
    double angle,
    double scale,
    double shiftX,
    double shiftY,
    double low,
    double high,
    double gamma,
    double black,
    double white,
    double slopeX,
    double slopeY,
    double noise,
    double haze,
    double[] collimation,
    boolean marker,
    double markerX,
    double markerY,
    int markerValue) {

  static Acquisition of(RandomStream random, boolean portable, double n, double exposure) {
    double moved = portable ? 1.4 : 1.0;
    double[] borders = new double[4];
    for (int i = 0; i < 4; i++) {
      boolean collimated = random.nextBoolean(Math.min(0.6, 0.2 * n));
      double width = random.nextDouble(0.01, 0.07);
      borders[i] = collimated ? width : 0;
    }
    double middle = 0.86 + random.nextDouble(-0.24, 0.24) * n;
    double span = 0.66 * StrictMath.exp(random.nextDouble(-0.4, 0.55) * n);
    // Brightness and contrast vary linearly from view to view, as between machines and
    // workstations.
    RandomStream display = RandomStream.of(random.nextLong(), "display");
    double contrast = Math.max(0.25, 1 - display.nextDouble(0, 0.6) * exposure);
    double black = 5 + 245 * display.nextDouble(0, 1 - contrast);
    return new Acquisition(
        random.nextDouble(-0.07, 0.07) * n * moved,
        1 + random.nextDouble(-0.10, 0.10) * Math.min(1.3, n) * moved,
        random.nextDouble(-0.07, 0.07) * n * moved,
        random.nextDouble(-0.07, 0.07) * n * moved,
        middle - span,
        middle + span,
        StrictMath.exp(random.nextDouble(-0.45, 0.45) * n),
        black,
        black + 245 * contrast,
        random.nextDouble(-0.12, 0.12) * n,
        random.nextDouble(-0.12, 0.12) * n,
        2 + random.nextDouble(0, 10) * n,
        random.nextDouble(0, 0.12) * n,
        borders,
        random.nextBoolean(Math.min(0.9, 0.6 * n)),
        random.nextDouble(0.02, 0.2) + (random.nextBoolean(0.5) ? 0.7 : 0),
        random.nextDouble(0.02, 0.15),
        200 + random.nextInt(56));
  }
}

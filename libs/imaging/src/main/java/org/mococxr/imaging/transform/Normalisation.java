package org.mococxr.imaging.transform;

import java.util.Arrays;

/**
 * What the network's input is made of: {@code (grey / 255 − mean) / std} for each of the three
 * planes that a grey picture is repeated into.
 *
 * @param mean of red, green and blue, on the scale 0 … 1
 * @param std of red, green and blue, on the scale 0 … 1
 */
public record Normalisation(float[] mean, float[] std) {
  /** Statistics of ImageNet, as torchvision's weights expect. */
  public static final Normalisation IMAGENET =
      new Normalisation(new float[] {0.485f, 0.456f, 0.406f}, new float[] {0.229f, 0.224f, 0.225f});

  /** Statistics of CheXpert, of MoCo-CXR's pretraining. */
  public static final Normalisation CHEXPERT =
      new Normalisation(
          new float[] {0.5020f, 0.5020f, 0.5020f}, new float[] {0.085585f, 0.085585f, 0.085585f});

  /** Checks the numbers. */
  public Normalisation {
    if (mean.length != 3 || std.length != 3) {
      throw new IllegalArgumentException("three means and three standard deviations are needed");
    }
    for (float deviation : std) {
      if (!(deviation > 0)) {
        throw new IllegalArgumentException("standard deviations must be above 0: " + deviation);
      }
    }
    mean = mean.clone();
    std = std.clone();
  }

  /** The normalised value of a grey level 0 … 255 in a plane 0 … 2. */
  public float apply(int grey, int plane) {
    return (grey / 255f - mean[plane]) / std[plane];
  }

  /** With the planes in the opposite order: blue, green, red. */
  public Normalisation reversed() {
    return new Normalisation(
        new float[] {mean[2], mean[1], mean[0]}, new float[] {std[2], std[1], std[0]});
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Normalisation that
        && Arrays.equals(mean, that.mean)
        && Arrays.equals(std, that.std);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(mean) + Arrays.hashCode(std);
  }

  @Override
  public String toString() {
    return "Normalisation" + Arrays.toString(mean) + Arrays.toString(std);
  }
}

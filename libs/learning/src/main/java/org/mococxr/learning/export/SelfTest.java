package org.mococxr.learning.export;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.files.ImageWriter;

/**
 * A picture and the probabilities that PyTorch finds for it (in 8 bits or float16, ONNX Runtime),
 * for whoever serves the model to hold his runtime against. It is drawn, since a bundle goes to
 * places where no patient's image may.
 *
 * @param image a PNG of the network's input size, in base64
 * @param probabilities by task
 * @param tolerance largest difference of a probability
 */
public record SelfTest(String image, List<Double> probabilities, double tolerance) {
  /** Engines and processors differ by less; TF32 on a GPU by up to about this. */
  static final double TOLERANCE = 1e-3;

  /**
   * A value in 8 bits may be rounded to the next one elsewhere, and one in float16 is not rounded
   * by processors that compute in float32.
   */
  static final double TOLERANCE_OF_ROUNDED = 1e-2;

  static SelfTest of(GreyImage picture, double[] probabilities, double tolerance) {
    return new SelfTest(
        Base64.getEncoder().encodeToString(ImageWriter.toPng(picture)),
        Arrays.stream(probabilities).boxed().toList(),
        tolerance);
  }

  /** Two dark fields in a bright frame, so that the probabilities are not all at their ends. */
  static GreyImage picture(int side) {
    byte[] pixels = new byte[side * side];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        double across = (double) x / side - 0.5;
        double down = (double) y / side - 0.5;
        double field = Math.hypot((Math.abs(across) - 0.22) / 0.16, down / 0.34);
        double bright = 190 - 80 * Math.hypot(across, down);
        double dark = 60 + 40 * down;
        double grey = field < 1 ? dark + (bright - dark) * field * field * field : bright;
        pixels[y * side + x] = (byte) Math.round(grey);
      }
    }
    return new GreyImage(side, side, pixels);
  }
}

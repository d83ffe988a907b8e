package org.mococxr.inference.bundle;

import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.transform.CenterCrop;
import org.mococxr.imaging.transform.Resize;

/**
 * How a picture becomes the network's input: the same two steps as in evaluation, so that a served
 * probability is the one that was tested.
 *
 * @param mode what the resize keeps
 * @param resize length of the shorter side after the resize, in pixels; unused by {@code SQUARE}
 * @param width width of the network's input, in pixels
 * @param height height of the network's input, in pixels
 */
public record InputGeometry(Mode mode, int resize, int width, int height) {

  /** What the resize keeps. */
  public enum Mode {
    /** The aspect ratio: shorter side to {@code resize}, then the centre. */
    SHORTER_SIDE,
    /** Everything that is in the picture: straight to width × height. */
    SQUARE
  }

  /** A network's input is a few hundred pixels; more is a mistake or an attack on the memory. */
  static final int LARGEST_SIDE = 4096;

  /** Checks that the figures fit each other. */
  public InputGeometry {
    requireSide("width", width);
    requireSide("height", height);
    if (mode == Mode.SHORTER_SIDE) {
      requireSide("resize", resize);
      if (Math.max(width, height) > resize) {
        throw new IllegalArgumentException(
            "the crop "
                + (width + "×" + height)
                + " is larger than the resized shorter side, "
                + resize);
      }
    }
  }

  private static void requireSide(String name, int value) {
    if (value < 1 || value > LARGEST_SIDE) {
      throw new IllegalArgumentException(
          name + " is " + value + ", not within 1 to " + LARGEST_SIDE);
    }
  }

  /** The network's view of {@code image}: always {@code width} × {@code height}. */
  public GreyImage view(GreyImage image) {
    return switch (mode) {
      case SHORTER_SIDE ->
          new CenterCrop(width, height).apply(Resize.shorterSide(resize).apply(image));
      case SQUARE -> Resize.to(width, height).apply(image);
    };
  }
}

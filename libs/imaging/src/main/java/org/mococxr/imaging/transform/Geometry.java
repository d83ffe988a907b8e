package org.mococxr.imaging.transform;

import org.mococxr.specs.training.ImageOptions;

/**
 * How pictures of all sizes are brought to the size that training works with.
 *
 * @param mode what becomes of the aspect ratio
 * @param size of the side that is meant, in pixels, at least 1
 */
public record Geometry(ImageOptions.Geometry mode, int size) {
  /** Checks the size. */
  public Geometry {
    if (size < 1) {
      throw new IllegalArgumentException("size must be at least 1: " + size);
    }
  }

  /** The shorter side becomes {@code size}, the aspect ratio stays. */
  public static Geometry shorterSide(int size) {
    return new Geometry(ImageOptions.Geometry.SHORTER_SIDE, size);
  }

  /** Both sides become {@code size}. */
  public static Geometry square(int size) {
    return new Geometry(ImageOptions.Geometry.SQUARE, size);
  }

  /** The resize that it names. */
  public Transform transform() {
    return mode == ImageOptions.Geometry.SHORTER_SIDE
        ? Resize.shorterSide(size)
        : Resize.to(size, size);
  }
}

package org.mococxr.imaging.transform;

/**
 * How pictures of all sizes are brought to the size that training works with.
 *
 * @param mode which side is meant
 * @param size in pixels, at least 1
 */
public record Geometry(Mode mode, int size) {

  /** What becomes of the aspect ratio. */
  public enum Mode {
    /** The shorter side becomes {@code size}, the aspect ratio stays. */
    SHORTER_SIDE,
    /** Both sides become {@code size}. */
    SQUARE
  }

  /** Checks the size. */
  public Geometry {
    if (size < 1) {
      throw new IllegalArgumentException("size must be at least 1: " + size);
    }
  }

  /** The resize that it names. */
  public Transform transform() {
    return mode == Mode.SHORTER_SIDE ? Resize.shorterSide(size) : Resize.to(size, size);
  }
}

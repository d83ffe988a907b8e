package org.mococxr.inference.model;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How many images a computation can have. Processors take any number. On a GPU, ONNX Runtime's
 * convolutions are planned for one number and planned anew at each change of it, which costs more
 * than the computation (microsoft/onnxruntime issue 23006): there, a few sizes have a session each,
 * and batches are filled up to the next of them.
 *
 * @param sizes ascending, beginning with 1; empty where any number will do
 */
record ComputedSizes(List<Integer> sizes) {
  static final ComputedSizes ANY = new ComputedSizes(List.of());

  /**
   * Each size this many times the one before: filling costs little, since a GPU takes about as long
   * for one image as for a few, and each session has the weights and working memory of its own.
   */
  private static final int STEP = 4;

  ComputedSizes {
    sizes = List.copyOf(sizes);
  }

  /** 1, 4, 16 and so on, and {@code most}. */
  static ComputedSizes upTo(int most) {
    return new ComputedSizes(
        IntStream.concat(
                IntStream.iterate(1, size -> size < most, size -> size * STEP), IntStream.of(most))
            .boxed()
            .toList());
  }

  /** The images of a computation of at least {@code images}, of which the last are fillers. */
  int filled(int images) {
    if (sizes.isEmpty()) {
      return images;
    }
    return sizes.stream()
        .filter(size -> size >= images)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(images + " images, of " + sizes));
  }

  /** The least number of images that each session computes. */
  List<Integer> sessions() {
    return sizes.isEmpty() ? List.of(1) : sizes;
  }
}

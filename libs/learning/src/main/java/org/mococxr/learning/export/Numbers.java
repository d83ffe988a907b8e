package org.mococxr.learning.export;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mococxr.foundation.Progress;
import org.mococxr.imaging.GreyImage;
import org.mococxr.learning.network.Network;

/** In what numbers a classifier's networks are computed. */
public sealed interface Numbers {
  /** In float32. */
  Numbers FLOAT32 = new Float32();

  /** In float16 up to the last feature map. */
  Numbers FLOAT16 = new Float16(false);

  /** See {@link #FLOAT32}. */
  record Float32() implements Numbers {}

  /**
   * In float16 up to the last feature map.
   *
   * @param emulated in float32, each result being rounded to float16. Processors without float16,
   *     for which ONNX Runtime computes such a network in float32 with rounded weights alone, then
   *     find what a GPU finds
   */
  record Float16(boolean emulated) implements Numbers {}

  /**
   * Convolutions in 8-bit whole numbers.
   *
   * @param ranges of the feature maps of each checkpoint, by node
   */
  record Int8(List<Map<String, EightBitGraph.Range>> ranges) implements Numbers {}

  /**
   * Convolutions in 8-bit whole numbers.
   *
   * @param pictures of the validation set, of which the feature maps' ranges are found
   */
  static Numbers int8(Classifier classifier, List<GreyImage> pictures, Progress progress) {
    return new Int8(EightBitRanges.find(classifier, pictures, progress));
  }

  /** The same numbers as every processor can compute them. */
  default Numbers onProcessors() {
    return this instanceof Float16 ? new Float16(true) : this;
  }

  /**
   * How a checkpoint is computed, if not in float32.
   *
   * @param graph gets it
   * @param index of the checkpoint
   */
  default Optional<Arithmetic> arithmetic(OnnxGraph graph, Network network, int index) {
    return switch (this) {
      case Float32 f -> Optional.empty();
      case Float16 f ->
          Optional.of(
              new HalfGraph(
                  graph.in(f.emulated() ? OnnxGraph.Reals.ROUNDED : OnnxGraph.Reals.FLOAT16),
                  network));
      case Int8 i ->
          Optional.of(new EightBitGraph(graph, EightBitPlan.of(network), i.ranges().get(index)));
    };
  }
}

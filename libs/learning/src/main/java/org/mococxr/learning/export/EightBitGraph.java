package org.mococxr.learning.export;

import static org.mococxr.learning.export.OnnxGraph.integer;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.learning.network.Node;

/**
 * The 8-bit parts of a network in a graph, as pairs of {@code QuantizeLinear} and {@code
 * DequantizeLinear} from which ONNX Runtime makes operations on whole numbers: {@code x ≈ scale ·
 * (q − zero)}. Feature maps are unsigned with one scale each; weights are signed with a scale for
 * each output channel.
 */
final class EightBitGraph implements Arithmetic {
  private static final int LEVELS = 255;

  /**
   * Largest weight. With 7 bits a sum of two products fits 16 bits, which processors without VNNI
   * add in: the answer is the same on all of them.
   */
  private static final int LARGEST_WEIGHT = 64;

  /**
   * What a feature map's values lie between.
   *
   * @param least at most 0
   * @param most at least 0
   */
  record Range(double least, double most) {
    float scale() {
      return most > least ? (float) ((most - least) / LEVELS) : 1;
    }

    int zero() {
      return (int) Math.clamp(Math.round(-least / scale()), 0, LEVELS);
    }
  }

  private final OnnxGraph graph;
  private final EightBitPlan plan;
  private final Map<String, Range> ranges;

  /** Scales of what convolutions read, by node. */
  private final Map<String, Range> written = new HashMap<>();

  /**
   * @param ranges of the plan's maps, by node
   */
  EightBitGraph(OnnxGraph graph, EightBitPlan plan, Map<String, Range> ranges) {
    this.graph = graph;
    this.plan = plan;
    this.ranges = ranges;
  }

  @Override
  public OnnxGraph graph() {
    return graph;
  }

  @Override
  public Map<String, Node.BatchNorm> folded() {
    return plan.folded();
  }

  @Override
  public boolean computes(Node.Conv conv) {
    return plan.convolutions().contains(conv.id());
  }

  @Override
  public float grey() {
    return 1;
  }

  @Override
  public int level() {
    return LEVELS;
  }

  /** Grey levels, and 255 everywhere, exactly as they are. */
  @Override
  public String planes(Node.Input node) {
    String full = graph.constant("n/full", DataType.UINT8, new byte[] {(byte) LEVELS}, 1, 1, 1, 1);
    String shape = graph.node("Shape", "n/shape", List.of(OnnxWriter.IMAGE));
    String level = graph.node("Expand", "n/level", List.of(full, shape));
    String bytes =
        graph.node("Concat", "n/bytes", List.of(OnnxWriter.IMAGE, level), integer("axis", 1));
    Range exact = new Range(0, LEVELS);
    written.put(node.id(), exact);
    return dequantised("n/planes", bytes, exact);
  }

  /** A feature map once it has 8 bits. */
  @Override
  public String map(Node node, String result) {
    if (!plan.maps().contains(node.id())) {
      return result;
    }
    // The largest of 8-bit values needs no scale of its own.
    Range range =
        node instanceof Node.MaxPool pool && written.containsKey(pool.input())
            ? written.get(pool.input())
            : ranges.get(node.id());
    written.put(node.id(), range);
    if (plan.folded().containsKey(node.id())) {
      written.put(plan.folded().get(node.id()).id(), range);
    }
    String name = "n/" + node.id() + "/8";
    String bytes =
        graph.node("QuantizeLinear", name, List.of(result, scale(name, range), zero(name, range)));
    return dequantised(name + "/back", bytes, range);
  }

  private String dequantised(String name, String bytes, Range range) {
    return graph.node(
        "DequantizeLinear", name, List.of(bytes, scale(name, range), zero(name, range)));
  }

  private String scale(String name, Range range) {
    return graph.constant(name + "/scale", new float[] {range.scale()});
  }

  private String zero(String name, Range range) {
    return graph.constant(name + "/zero", DataType.UINT8, new byte[] {(byte) range.zero()});
  }

  @Override
  public List<String> parameters(Node.Conv conv, float[] weight, long[] shape, double[] bias) {
    int outputs = bias.length;
    int each = weight.length / outputs;
    float input = written.get(conv.input()).scale();
    byte[] rounded = new byte[weight.length];
    float[] scales = new float[outputs];
    float[] biasScales = new float[outputs];
    ByteBuffer wholeBias = ByteBuffer.allocate(4 * outputs).order(ByteOrder.LITTLE_ENDIAN);
    for (int out = 0; out < outputs; out++) {
      double largest = 0;
      for (int i = 0; i < each; i++) {
        largest = Math.max(largest, Math.abs(weight[out * each + i]));
      }
      // No smaller than what makes the bias a whole number of 32 bits.
      double least = Math.max(Float.MIN_NORMAL, Math.abs(bias[out]) / input / (1 << 30));
      scales[out] = (float) Math.max(largest / LARGEST_WEIGHT, least);
      biasScales[out] = scales[out] * input;
      for (int i = 0; i < each; i++) {
        rounded[out * each + i] =
            (byte)
                Math.clamp(
                    Math.round(weight[out * each + i] / scales[out]),
                    -LARGEST_WEIGHT,
                    LARGEST_WEIGHT);
      }
      wholeBias.putInt((int) Math.round(bias[out] / biasScales[out]));
    }
    String name = "n/" + conv.id();
    return List.of(
        perOutput(name + "/weight", DataType.INT8, rounded, new byte[outputs], scales, shape),
        perOutput(
            name + "/bias",
            DataType.INT32,
            wholeBias.array(),
            new byte[4 * outputs],
            biasScales,
            outputs));
  }

  private String perOutput(
      String name, DataType type, byte[] values, byte[] zeros, float[] scales, long... shape) {
    return graph.node(
        "DequantizeLinear",
        name,
        List.of(
            graph.constant(name + "/8", type, values, shape),
            graph.constant(name + "/scale", scales, scales.length),
            graph.constant(name + "/zero", type, zeros, scales.length)),
        integer("axis", 0));
  }
}

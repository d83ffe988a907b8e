package org.mococxr.inference.testing;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;

/**
 * A network small enough to check by hand, with every tensor of a bundle: a task's logit is {@code
 * slope · mean grey level / 255 + bias}, its heat map the slope times the mean of each quarter.
 *
 * @param size height and width of the input, even
 * @param slopes per task
 * @param biases per task
 */
public record TinyNetwork(int size, float[] slopes, float[] biases) {

  /** One task that says how bright the picture is: 0.5 at mid-grey. */
  public static TinyNetwork brightness(int size) {
    return new TinyNetwork(size, new float[] {8}, new float[] {-4});
  }

  /** The probability that the network must give for pictures of that mean. */
  public double probability(int task, double meanGrey) {
    return 1 / (1 + Math.exp(-(slopes[task] * meanGrey / 255 + biases[task])));
  }

  /** The file {@code model.onnx}. */
  public byte[] toOnnx() {
    return toOnnx(false, false);
  }

  /**
   * The same.
   *
   * @param distance whether it has the output {@code distance}: the square of {@code mean grey
   *     level / 255}
   * @param exclusive whether the probabilities are the softmax of the logits
   */
  public byte[] toOnnx(boolean distance, boolean exclusive) {
    int tasks = slopes.length;
    int half = size / 2;
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .setName("tiny")
            .addInput(value("image", TensorProto.DataType.UINT8_VALUE, "N", 1, size, size))
            .addInitializer(floats("slopes", slopes, tasks, 1, 1, 1))
            .addInitializer(floats("biases", biases, tasks))
            .addInitializer(floats("scale", new float[] {1f / 255}))
            .addNode(node("Cast", "grey", integer("to", 1), "image"))
            .addNode(node("Mul", "unit", null, "grey", "scale"))
            .addNode(
                node("AveragePool", "quarters", integers("kernel_shape", half, half), "unit")
                    .toBuilder()
                    .addAttribute(integers("strides", half, half)))
            .addNode(node("Conv", "heatmaps", null, "quarters", "slopes"))
            .addNode(node("GlobalAveragePool", "pooled", null, "unit"))
            .addNode(node("Flatten", "features", integer("axis", 1), "pooled"))
            .addNode(node("Conv", "scores", null, "pooled", "slopes", "biases"))
            .addNode(node("Flatten", "logits", integer("axis", 1), "scores"))
            .addNode(
                exclusive
                    ? node("Softmax", "probabilities", integer("axis", 1), "logits")
                    : node("Sigmoid", "probabilities", null, "logits"))
            .addOutput(value("logits", TensorProto.DataType.FLOAT_VALUE, "N", tasks))
            .addOutput(value("probabilities", TensorProto.DataType.FLOAT_VALUE, "N", tasks))
            .addOutput(value("features", TensorProto.DataType.FLOAT_VALUE, "N", 1))
            .addOutput(value("heatmaps", TensorProto.DataType.FLOAT_VALUE, "N", tasks, 2, 2));
    if (distance) {
      graph
          .addNode(node("Mul", "distance", null, "features", "features"))
          .addOutput(value("distance", TensorProto.DataType.FLOAT_VALUE, "N", 1));
    }
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  private static NodeProto node(
      String operation, String output, AttributeProto attribute, String... inputs) {
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setOpType(operation)
            .setName(output + "_node")
            .addAllInput(List.of(inputs))
            .addOutput(output);
    return attribute == null ? node.build() : node.addAttribute(attribute).build();
  }

  private static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  private static AttributeProto integers(String name, long... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    for (long value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }

  private static TensorProto floats(String name, float[] values, long... shape) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT_VALUE);
    for (long size : shape) {
      tensor.addDims(size);
    }
    for (float value : values) {
      tensor.addFloatData(value);
    }
    if (shape.length == 0) {
      tensor.addDims(values.length);
    }
    return tensor.build();
  }

  private static ValueInfoProto value(String name, int type, Object... shape) {
    TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
    for (Object size : shape) {
      var dimension = TensorShapeProto.Dimension.newBuilder();
      dimensions.addDim(
          size instanceof String open
              ? dimension.setDimParam(open)
              : dimension.setDimValue(((Number) size).longValue()));
    }
    TypeProto.Tensor tensor =
        TypeProto.Tensor.newBuilder().setElemType(type).setShape(dimensions).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }
}

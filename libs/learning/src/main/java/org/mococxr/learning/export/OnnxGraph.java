package org.mococxr.learning.export;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/** Collects an ONNX graph; each operation returns the name of its result. */
final class OnnxGraph {
  /** Old enough for every ONNX Runtime of the last years, new enough for all that we use. */
  private static final int OPSET = 17;

  private static final int IR_VERSION = 8;

  /** In what numbers real constants are written. */
  enum Reals {
    FLOAT32,
    FLOAT16,
    /** In float32, with a value that float16 has. */
    ROUNDED
  }

  private final GraphProto.Builder graph;

  /** What every name begins with that this adds. */
  private final String scope;

  private final Reals reals;

  OnnxGraph(String name) {
    this(GraphProto.newBuilder().setName(name), "", Reals.FLOAT32);
  }

  private OnnxGraph(GraphProto.Builder graph, String scope, Reals reals) {
    this.graph = graph;
    this.scope = scope;
    this.reals = reals;
  }

  /** The same graph for operations and constants whose names begin with {@code part}. */
  OnnxGraph within(String part) {
    return new OnnxGraph(graph, scope + part + "/", reals);
  }

  /** The same graph for real constants in these numbers. */
  OnnxGraph in(Reals numbers) {
    return new OnnxGraph(graph, scope, numbers);
  }

  /** The type of its real constants. */
  TensorProto.DataType real() {
    return reals == Reals.FLOAT16 ? TensorProto.DataType.FLOAT16 : TensorProto.DataType.FLOAT;
  }

  /**
   * The result of an operation, rounded to float16 if constants are; in float16 it is so already.
   */
  String rounded(String name, String result) {
    if (reals != Reals.ROUNDED) {
      return result;
    }
    int half = TensorProto.DataType.FLOAT16_VALUE;
    String rounded = node("Cast", name + "/16", List.of(result), integer("to", half));
    return node(
        "Cast",
        name + "/rounded",
        List.of(rounded),
        integer("to", TensorProto.DataType.FLOAT_VALUE));
  }

  /** An operation with one result. */
  String node(String operation, String name, List<String> inputs, AttributeProto... attributes) {
    String result = scope + name;
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(operation)
            .setName(result + "/" + operation)
            .addAllInput(inputs)
            .addOutput(result)
            .addAllAttribute(List.of(attributes)));
    return result;
  }

  /** A constant tensor of real numbers. */
  String constant(String name, float[] values, long... shape) {
    int size = reals == Reals.FLOAT16 ? Short.BYTES : Float.BYTES;
    ByteBuffer bytes = ByteBuffer.allocate(values.length * size).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      switch (reals) {
        case FLOAT32 -> bytes.putFloat(value);
        case FLOAT16 -> bytes.putShort(Float.floatToFloat16(value));
        case ROUNDED -> bytes.putFloat(Float.float16ToFloat(Float.floatToFloat16(value)));
      }
    }
    return constant(name, real(), bytes.array(), shape);
  }

  /** A constant vector of whole numbers. */
  String constant(String of, long[] values) {
    String name = scope + of;
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.INT64_VALUE)
            .addDims(values.length);
    for (long value : values) {
      tensor.addInt64Data(value);
    }
    graph.addInitializer(tensor);
    return name;
  }

  /** A constant vector of truth values. */
  String constant(String name, boolean[] values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (values[i] ? 1 : 0);
    }
    return constant(name, TensorProto.DataType.BOOL, bytes, values.length);
  }

  /**
   * A constant tensor.
   *
   * @param bytes of its values, little-endian
   */
  String constant(String of, TensorProto.DataType type, byte[] bytes, long... shape) {
    String name = scope + of;
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.getNumber())
            .setRawData(ByteString.copyFrom(bytes));
    for (long d : shape) {
      tensor.addDims(d);
    }
    graph.addInitializer(tensor);
    return name;
  }

  void imageInput(String name, long height, long width) {
    graph.addInput(
        value(name, TensorProto.DataType.UINT8_VALUE, new long[] {-1, 1, height, width}));
  }

  /** Declares a result as an output; the first dimension is the batch. */
  void output(String name, long... shape) {
    graph.addOutput(value(name, TensorProto.DataType.FLOAT_VALUE, shape));
  }

  private static ValueInfoProto value(String name, int type, long[] shape) {
    TensorShapeProto.Builder dims = TensorShapeProto.newBuilder();
    for (long d : shape) {
      dims.addDim(
          d < 0
              ? TensorShapeProto.Dimension.newBuilder().setDimParam("N")
              : TensorShapeProto.Dimension.newBuilder().setDimValue(d));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(type).setShape(dims)))
        .build();
  }

  /** The model's bytes. */
  byte[] build(Map<String, String> metadata) {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("mococxr")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
            .setGraph(graph);
    metadata.forEach(
        (key, value) ->
            model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return model.build().toByteArray();
  }

  static AttributeProto ints(String name, long... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    for (long v : values) {
      attribute.addInts(v);
    }
    return attribute.build();
  }

  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  static AttributeProto real(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF(value)
        .build();
  }
}

package org.mococxr.inference.grpc;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.grpc.proto.InferParameter;
import org.mococxr.inference.grpc.proto.InferTensorContents;
import org.mococxr.inference.grpc.proto.ModelInferRequest;
import org.mococxr.inference.grpc.proto.ModelInferRequest.InferInputTensor;
import org.mococxr.inference.grpc.proto.ModelInferResponse;
import org.mococxr.inference.grpc.proto.ModelInferResponse.InferOutputTensor;
import org.mococxr.inference.grpc.proto.ModelMetadataResponse;
import org.mococxr.inference.grpc.proto.ModelMetadataResponse.TensorMetadata;
import org.mococxr.inference.model.ServedModel;
import org.mococxr.inference.model.Tensor;
import org.mococxr.inference.model.TensorSpec;
import org.mococxr.inference.protocol.InferRequest;
import org.mococxr.inference.protocol.Inference;

/** Between the protocol's messages and ours. */
final class Messages {
  private Messages() {}

  /** Contents are raw for all inputs or for none. */
  static InferRequest request(ModelInferRequest message) {
    boolean raw = raw(message);
    if (raw && message.getRawInputContentsCount() != message.getInputsCount()) {
      throw new UserErrorException(
          "raw_input_contents",
          "has " + message.getRawInputContentsCount() + " entries",
          "expected one for each of " + message.getInputsCount() + " inputs");
    }
    List<InferRequest.Input> inputs = new ArrayList<>();
    for (InferInputTensor input : message.getInputsList()) {
      byte[] data =
          raw
              ? message.getRawInputContents(inputs.size()).toByteArray()
              : greyLevels(input.getContents(), "inputs[" + inputs.size() + "].contents");
      inputs.add(
          new InferRequest.Input(input.getName(), input.getDatatype(), input.getShapeList(), data));
    }
    List<String> outputs = message.getOutputsList().stream().map(o -> o.getName()).toList();
    return new InferRequest(message.getId(), inputs, outputs);
  }

  static boolean raw(ModelInferRequest message) {
    return message.getRawInputContentsCount() > 0;
  }

  private static byte[] greyLevels(InferTensorContents contents, String location) {
    byte[] levels = new byte[contents.getUintContentsCount()];
    for (int i = 0; i < levels.length; i++) {
      int value = contents.getUintContents(i);
      if (Integer.compareUnsigned(value, 255) > 0) {
        throw new UserErrorException(
            location + ".uint_contents, element " + i,
            "is " + Integer.toUnsignedString(value),
            "a grey level is within 0 to 255");
      }
      levels[i] = (byte) value;
    }
    return levels;
  }

  /**
   * @param raw whether values travel as bytes, as the request's did
   */
  static ModelInferResponse response(Inference inference, boolean raw) {
    ModelInferResponse.Builder response =
        ModelInferResponse.newBuilder()
            .setModelName(inference.model())
            .setModelVersion(inference.version())
            .setId(inference.id())
            .putParameters("digest", text(inference.digest()));
    for (Tensor tensor : inference.outputs()) {
      InferOutputTensor.Builder output =
          InferOutputTensor.newBuilder().setName(tensor.name()).setDatatype("FP32");
      for (long size : tensor.shape()) {
        output.addShape(size);
      }
      if (raw) {
        response.addRawOutputContents(bytes(tensor.values()));
      } else {
        output.setContents(contents(tensor.values()));
      }
      response.addOutputs(output);
    }
    return response.build();
  }

  private static InferTensorContents contents(float[] values) {
    InferTensorContents.Builder contents = InferTensorContents.newBuilder();
    for (float value : values) {
      contents.addFp32Contents(value);
    }
    return contents.build();
  }

  private static ByteString bytes(float[] values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return ByteString.copyFrom(buffer);
  }

  private static InferParameter text(String value) {
    return InferParameter.newBuilder().setStringParam(value).build();
  }

  static ModelMetadataResponse metadata(ServedModel model) {
    return ModelMetadataResponse.newBuilder()
        .setName(model.description().name())
        .addVersions(model.description().version())
        .setPlatform(ServedModel.PLATFORM)
        .addInputs(metadata(model.input()))
        .addAllOutputs(model.outputs().stream().map(Messages::metadata).toList())
        .build();
  }

  private static TensorMetadata metadata(TensorSpec spec) {
    return TensorMetadata.newBuilder()
        .setName(spec.name())
        .setDatatype(spec.datatype())
        .addAllShape(spec.shape())
        .build();
  }
}

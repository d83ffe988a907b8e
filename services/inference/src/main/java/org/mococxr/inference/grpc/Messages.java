package org.mococxr.inference.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.mococxr.inference.grpc.proto.InferParameter;
import org.mococxr.inference.grpc.proto.InferTensorContents;
import org.mococxr.inference.grpc.proto.ModelInferResponse;
import org.mococxr.inference.grpc.proto.ModelInferResponse.InferOutputTensor;
import org.mococxr.inference.grpc.proto.ModelMetadataResponse;
import org.mococxr.inference.grpc.proto.ModelMetadataResponse.TensorMetadata;
import org.mococxr.inference.model.ServedModel;
import org.mococxr.inference.model.Tensor;
import org.mococxr.inference.model.TensorSpec;
import org.mococxr.inference.protocol.Inference;

/** Our answers as the protocol's messages. */
final class Messages {
  private Messages() {}

  /**
   * @param raw whether values travel as bytes, as the request's did
   */
  static ModelInferResponse response(Inference inference, boolean raw) {
    ModelInferResponse.Builder response =
        ModelInferResponse.newBuilder()
            .setModelName(inference.model())
            .setModelVersion(inference.version())
            .setId(inference.request().id())
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
    return UnsafeByteOperations.unsafeWrap(buffer); // nobody else has the buffer
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

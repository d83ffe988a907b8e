package org.mococxr.learning.export;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.imaging.GreyImage;

/** A model in ONNX Runtime, to check an export against what this module computes itself. */
public final class OnnxModel implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  public OnnxModel(byte[] model) {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      session = environment.createSession(model, options);
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime refuses the exported model", e);
    }
  }

  /**
   * Runs images of the model's size.
   *
   * @return by output, all values in row-major order
   */
  public Map<String, float[]> run(List<GreyImage> images) {
    int width = images.getFirst().width();
    int height = images.getFirst().height();
    ByteBuffer bytes = ByteBuffer.allocateDirect(images.size() * width * height);
    images.forEach(image -> bytes.put(image.pixels()));
    bytes.flip();
    long[] shape = {images.size(), 1, height, width};
    try (OnnxTensor input = OnnxTensor.createTensor(environment, bytes, shape, OnnxJavaType.UINT8);
        OrtSession.Result result = session.run(Map.of(OnnxWriter.IMAGE, input))) {
      Map<String, float[]> outputs = new LinkedHashMap<>();
      for (Map.Entry<String, ai.onnxruntime.OnnxValue> entry : result) {
        java.nio.FloatBuffer buffer = ((OnnxTensor) entry.getValue()).getFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        outputs.put(entry.getKey(), values);
      }
      return outputs;
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime cannot run the exported model", e);
    }
  }

  /** Whether the graph has this output. */
  public boolean has(String output) {
    return session.getOutputNames().contains(output);
  }

  /** An output's shape; the first dimension, that of the batch, is −1. */
  public long[] shape(String output) {
    try {
      return ((TensorInfo) session.getOutputInfo().get(output).getInfo()).getShape();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime cannot describe the exported model", e);
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}

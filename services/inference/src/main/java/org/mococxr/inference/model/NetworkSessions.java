package org.mococxr.inference.model;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.mococxr.inference.bundle.VerifiedBundle;

/** A network in ONNX Runtime: one session, or on a GPU one for each size of a batch. */
final class NetworkSessions implements AutoCloseable {
  private final OnnxSessions sessions;
  private final ComputedSizes sizes;

  /** By the least number of images that they compute. */
  private final NavigableMap<Integer, OrtSession> bySize = new TreeMap<>();

  private NetworkSessions(OnnxSessions sessions, ComputedSizes sizes) {
    this.sessions = sessions;
    this.sizes = sizes;
  }

  static NetworkSessions open(OnnxSessions sessions, ComputedSizes sizes, VerifiedBundle bundle)
      throws OrtException {
    NetworkSessions opened = new NetworkSessions(sessions, sizes);
    boolean halfPrecision = bundle.description().isHalfPrecision();
    try {
      for (int size : sizes.sessions()) {
        opened.bySize.put(size, sessions.open(bundle.network(), halfPrecision));
      }
      return opened;
    } catch (OrtException | RuntimeException e) {
      try {
        opened.close();
      } catch (IllegalStateException also) {
        e.addSuppressed(also);
      }
      throw e;
    }
  }

  ComputedSizes sizes() {
    return sizes;
  }

  Map<String, NodeInfo> inputs() throws OrtException {
    return bySize.firstEntry().getValue().getInputInfo();
  }

  Map<String, NodeInfo> outputs() throws OrtException {
    return bySize.firstEntry().getValue().getOutputInfo();
  }

  /**
   * Computes.
   *
   * @param pixels direct
   * @param shape of the only input, whose first dimension is one of {@link #sizes}
   */
  Map<String, Tensor> run(ByteBuffer pixels, long[] shape, Set<String> wanted) throws OrtException {
    OrtSession session = bySize.floorEntry((int) shape[0]).getValue();
    try (OnnxTensor image =
            OnnxTensor.createTensor(sessions.environment(), pixels, shape, OnnxJavaType.UINT8);
        OrtSession.Result result = session.run(Map.of(ServedModel.INPUT, image), wanted)) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (var entry : result) {
        tensors.put(entry.getKey(), tensor(entry.getKey(), (OnnxTensor) entry.getValue()));
      }
      return tensors;
    }
  }

  /** ONNX Runtime hands out a copy, whose array can be used as it is. */
  private static Tensor tensor(String name, OnnxTensor value) {
    return new Tensor(name, value.getInfo().getShape(), value.getFloatBuffer().array());
  }

  @Override
  public void close() {
    closeAll(bySize.values());
  }

  /**
   * Closes each, whatever becomes of the others.
   *
   * @throws IllegalStateException when one cannot be closed
   */
  static void closeAll(Collection<? extends AutoCloseable> sessions) {
    IllegalStateException failure = null;
    for (AutoCloseable session : sessions) {
      try {
        session.close();
      } catch (Exception e) {
        if (failure == null) {
          failure = new IllegalStateException("ONNX Runtime cannot close a session", e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}

package org.mococxr.inference.model;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jboss.logging.Logger;
import org.mococxr.foundation.Causes;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.config.InferenceConfig;
import org.mococxr.inference.config.InferenceConfig.Device;
import org.mococxr.inference.config.InferenceConfig.DeviceMissing;

/**
 * Opens sessions of ONNX Runtime with the configured device and threads. The device is tried once,
 * by computing a convolution on it: that a library for it is there does not mean that there is such
 * a device, nor that its own libraries fit.
 */
@Singleton
public final class OnnxSessions {
  private static final Logger LOG = Logger.getLogger(OnnxSessions.class);

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final InferenceConfig.Runtime runtime;

  /** Null until the device has been found. */
  private Found found;

  /**
   * Where networks are computed.
   *
   * @param options what providers for GPUs are told
   * @param problems why it is not the configured device; empty when it is
   */
  private record Found(Device device, ProviderOptions options, List<String> problems) {
    @Override
    public String toString() {
      String where = name(device);
      return problems.isEmpty() ? where : where + ", since " + String.join("; ", problems);
    }
  }

  /** Sessions as {@code config} says. */
  public OnnxSessions(InferenceConfig config) {
    this.runtime = config.runtime();
  }

  OrtEnvironment environment() {
    return environment;
  }

  /**
   * A session on the device.
   *
   * @param halfPrecision whether the network is one of float16
   */
  OrtSession open(Path network, boolean halfPrecision) throws OrtException {
    return open(network, found().device(), halfPrecision);
  }

  /**
   * How many images a session computes.
   *
   * @param most of one computation
   */
  ComputedSizes sizes(int most) {
    return found().device() == Device.CPU ? ComputedSizes.ANY : ComputedSizes.upTo(most);
  }

  /** Whether it is the device's fault that a network cannot be opened. */
  boolean opensOnProcessors(Path network) {
    if (found().device() == Device.CPU) {
      return false;
    }
    try {
      open(network, Device.CPU, false).close();
      return true;
    } catch (OrtException e) {
      return false;
    }
  }

  /**
   * Tries the configured device.
   *
   * @throws UserErrorException when it cannot be used and the configuration wants no other
   */
  public void requireDevice() {
    found();
  }

  /** Where networks are computed, and why there, when it is not what is configured. */
  public String device() {
    return found().toString();
  }

  private static String name(Device device) {
    return device.name().toLowerCase(Locale.ROOT);
  }

  private synchronized Found found() {
    if (found == null) {
      found = find();
      if (!found.problems().isEmpty()) {
        LOG.warnf("networks are computed on %s", found);
      }
    }
    return found;
  }

  private Found find() {
    ProviderOptions options = ProviderOptions.parse(runtime.providerOptions().orElse(List.of()));
    List<String> problems = new ArrayList<>();
    // What TensorRT does cuDNN does, too, if TensorRT alone is missing.
    for (Device device : List.of(Device.TENSORRT, Device.CUDA)) {
      if (device.compareTo(runtime.device()) <= 0) {
        try {
          probe(device, options);
          return new Found(device, options, problems);
        } catch (OrtException e) {
          requireFittingOptions(device, options, e);
          requireFallBack(device, e);
          problems.add(name(device) + " cannot be used: " + Causes.message(e));
        }
      }
    }
    return new Found(Device.CPU, options, problems);
  }

  private void requireFittingOptions(Device device, ProviderOptions told, OrtException failure) {
    if (told.isEmpty()) {
      return;
    }
    try {
      probe(device, ProviderOptions.NONE);
    } catch (OrtException e) {
      return; // it is not for the options
    }
    throw new UserErrorException(
        ProviderOptions.SETTING,
        "does not suit " + name(device) + ": " + Causes.message(failure),
        "names and values of ONNX Runtime's execution provider",
        failure);
  }

  private void requireFallBack(Device device, OrtException failure) {
    if (runtime.deviceMissing() == DeviceMissing.FAIL) {
      throw new UserErrorException(
          "mococxr.inference.runtime.device",
          "is "
              + name(runtime.device())
              + ", and "
              + name(device)
              + " cannot be used: "
              + Causes.message(failure),
          "set it to cpu, or mococxr.inference.runtime.device-missing to fall-back",
          failure);
    }
  }

  private OrtSession open(Path network, Device device, boolean halfPrecision) throws OrtException {
    try (SessionOptions options = options(device)) {
      found().options().addTo(options, device, halfPrecision);
      return environment.createSession(network.toString(), options);
    }
  }

  private SessionOptions options(Device device) throws OrtException {
    SessionOptions options = new SessionOptions();
    // All: its layout optimisation is what makes convolutions fast on a CPU (34 → 23 ms).
    options.setOptimizationLevel(OptLevel.ALL_OPT);
    options.setIntraOpNumThreads(device == Device.CPU ? runtime.threads() : 1);
    options.setInterOpNumThreads(1);
    // Threads spin between a call's operators, but not between calls, where they would take the
    // cores from training or from other pods.
    options.addConfigEntry("session.intra_op.allow_spinning", "1");
    options.addConfigEntry("session.force_spinning_stop", "1");
    return options;
  }

  /** Computes the only value of a convolution of 3 × 3 ones. */
  private void probe(Device device, ProviderOptions with) throws OrtException {
    try (SessionOptions options = options(device)) {
      with.addTo(options, device, false);
      float[][][][] ones = {{{{1, 1, 1}, {1, 1, 1}, {1, 1, 1}}}};
      try (OrtSession session = environment.createSession(probeNetwork(), options);
          OnnxTensor image = OnnxTensor.createTensor(environment, ones);
          OrtSession.Result result = session.run(Map.of("x", image))) {
        float found = ((OnnxTensor) result.get(0)).getFloatBuffer().get(0);
        if (found != 9) {
          throw new OrtException("a convolution of nine ones gives " + found);
        }
      }
    }
  }

  /** {@code y = Conv(x, w)} of {@code [1, 1, 3, 3]}, {@code w} being ones. */
  private static byte[] probeNetwork() {
    try (InputStream network = OnnxSessions.class.getResourceAsStream("probe.onnx")) {
      return network.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

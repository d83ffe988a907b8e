package org.mococxr.inference.model;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.Locale;
import org.jboss.logging.Logger;
import org.mococxr.foundation.Causes;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.config.InferenceConfig;
import org.mococxr.inference.config.InferenceConfig.Device;
import org.mococxr.inference.config.InferenceConfig.DeviceMissing;

/** Opens sessions of ONNX Runtime with the configured device and threads. */
@Singleton
public final class OnnxSessions {
  private static final Logger LOG = Logger.getLogger(OnnxSessions.class);

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final InferenceConfig.Runtime runtime;

  /** Why the configured device is not used; null when it is. */
  private volatile String missing;

  /** Sessions as {@code config} says. */
  public OnnxSessions(InferenceConfig config) {
    this.runtime = config.runtime();
  }

  OrtEnvironment environment() {
    return environment;
  }

  OrtSession open(Path network) throws OrtException {
    try (SessionOptions options = new SessionOptions()) {
      // All: its layout optimisation is what makes convolutions fast on a CPU (34 → 23 ms).
      options.setOptimizationLevel(OptLevel.ALL_OPT);
      options.setIntraOpNumThreads(runtime.threads());
      options.setInterOpNumThreads(1);
      // Threads spin between a call's operators, but not between calls, where they would take the
      // cores from training or from other pods.
      options.addConfigEntry("session.intra_op.allow_spinning", "1");
      options.addConfigEntry("session.force_spinning_stop", "1");
      addDevice(options);
      return environment.createSession(network.toString(), options);
    }
  }

  /**
   * Asks ONNX Runtime for the configured device.
   *
   * @throws UserErrorException when it is not there and the configuration wants no other
   */
  public void requireDevice() {
    try (SessionOptions options = new SessionOptions()) {
      addDevice(options);
    }
  }

  /** Where networks are computed, and why there, when it is not what is configured. */
  public String device() {
    String configured = name(runtime.device());
    return missing == null ? configured : "cpu, since " + configured + " is missing: " + missing;
  }

  private static String name(Device device) {
    return device.name().toLowerCase(Locale.ROOT);
  }

  private void addDevice(SessionOptions options) {
    try {
      if (runtime.device() == Device.TENSORRT) {
        options.addTensorrt(0);
      }
      if (runtime.device() != Device.CPU) {
        options.addCUDA(0);
      }
    } catch (OrtException e) {
      if (runtime.deviceMissing() == DeviceMissing.FAIL) {
        throw new UserErrorException(
            "mococxr.inference.runtime.device",
            "is "
                + name(runtime.device())
                + ", which ONNX Runtime does not have: "
                + Causes.message(e),
            "set it to cpu, or mococxr.inference.runtime.device-missing to fall-back",
            e);
      }
      if (missing == null) {
        LOG.warnf("%s is missing, networks are computed on the CPU: %s", runtime.device(), e);
      }
      missing = Causes.message(e);
    }
  }
}

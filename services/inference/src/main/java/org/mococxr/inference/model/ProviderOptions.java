package org.mococxr.inference.model;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.config.InferenceConfig.Device;

/**
 * What ONNX Runtime's providers for GPUs are told beside the device.
 *
 * @param cuda by ONNX Runtime's name
 * @param tensorrt by ONNX Runtime's name, which begins with {@code trt_}
 */
record ProviderOptions(Map<String, String> cuda, Map<String, String> tensorrt) {
  static final ProviderOptions NONE = new ProviderOptions(Map.of(), Map.of());

  static final String SETTING = "mococxr.inference.runtime.provider-options";

  private static final String OF_TENSORRT = "trt_";

  /** The first GPU that the process sees. */
  private static final int GPU = 0;

  /**
   * Reads the setting.
   *
   * @param settings each {@code name=value}
   */
  static ProviderOptions parse(List<String> settings) {
    ProviderOptions options = new ProviderOptions(new LinkedHashMap<>(), new LinkedHashMap<>());
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw new UserErrorException(
            SETTING,
            "has " + setting,
            "name=value, separated by commas, for example prefer_nhwc=1");
      }
      String name = setting.substring(0, equals).strip();
      (name.startsWith(OF_TENSORRT) ? options.tensorrt : options.cuda)
          .put(name, setting.substring(equals + 1).strip());
    }
    return options;
  }

  boolean isEmpty() {
    return cuda.isEmpty() && tensorrt.isEmpty();
  }

  /**
   * Asks for a device.
   *
   * @param halfPrecision whether a network of float16 is to be computed. One of float32 is computed
   *     in float32 and not in TF32, so that it finds what was tested; without TF32 there are no
   *     Tensor cores for either
   */
  void addTo(SessionOptions session, Device device, boolean halfPrecision) throws OrtException {
    if (device == Device.TENSORRT) {
      try (OrtTensorRTProviderOptions options = new OrtTensorRTProviderOptions(GPU)) {
        for (var option : tensorrt.entrySet()) {
          options.add(option.getKey(), option.getValue());
        }
        session.addTensorrt(options);
      }
    }
    if (device != Device.CPU) {
      try (OrtCUDAProviderOptions options = new OrtCUDAProviderOptions(GPU)) {
        options.add("use_tf32", halfPrecision ? "1" : "0");
        if (halfPrecision) {
          // Tensor cores want channels last: three times as fast (docs/benchmarks, H200).
          options.add("prefer_nhwc", "1");
        }
        // A session computes one size of batches: what it needs once it needs always.
        options.add("arena_extend_strategy", "kSameAsRequested");
        for (var option : cuda.entrySet()) {
          options.add(option.getKey(), option.getValue());
        }
        session.addCUDA(options);
      }
    }
  }
}

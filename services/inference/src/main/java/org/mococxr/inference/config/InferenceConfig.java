package org.mococxr.inference.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Settings of the inference service. Every default fits one machine. */
@ConfigMapping(prefix = "mococxr.inference")
public interface InferenceConfig {

  /**
   * The artefact store's base, {@code file:///…} or {@code s3://bucket/prefix}, against which a
   * bundle's relative URI is resolved. Environment: {@code MOCOCXR_ARTIFACTS}.
   */
  Optional<URI> artifacts();

  /**
   * Bundles served from start-up on, whatever the topic says: folders that hold {@code model.onnx}
   * and {@code model.json}, as URIs, separated by commas. A publication of the same name on the
   * topic takes over.
   */
  Optional<List<URI>> bundles();

  /** Which models are served as they are published. */
  Publications publications();

  /** How ONNX Runtime works. */
  Runtime runtime();

  /** What a request may ask for. */
  Limits limits();

  /** The topic of published models. */
  interface Publications {

    /** Whether to follow the topic; without it only {@code bundles} are served. */
    @WithDefault("true")
    boolean enabled();

    /**
     * What every topic's name begins with, the same for all services. Environment: {@code
     * MOCOCXR_TOPIC_PREFIX}.
     */
    @WithDefault("mococxr.")
    String topicPrefix();

    /** How often a bundle that cannot be fetched is tried before it goes to the dead letters. */
    @WithDefault("6")
    @Min(1)
    int loadAttempts();

    /** Wait before the second try; it doubles with every further one. */
    @WithDefault("PT1S")
    Duration retryDelay();
  }

  /** ONNX Runtime's settings. */
  interface Runtime {

    /** {@code cuda} falls back to {@code cpu} with a warning where there is no GPU. */
    @WithDefault("cpu")
    Device device();

    /** Threads within one call of the network; 0 takes every processor. */
    @WithDefault("0")
    @Min(0)
    @Max(256)
    int threads();

    /** Calls of one network at a time; more wait. */
    @WithDefault("2")
    @Min(1)
    @Max(256)
    int concurrency();

    /** Calls made before a new network takes over, so that no user pays for the first. */
    @WithDefault("2")
    @Min(0)
    @Max(100)
    int warmUpCalls();
  }

  /** Where the network is computed. */
  enum Device {
    /** The machine's processors. */
    CPU,
    /** The first NVIDIA GPU. */
    CUDA
  }

  /** Limits of a request; its bytes are limited by {@code quarkus.http.limits.max-body-size}. */
  interface Limits {

    /** Images in one request. */
    @WithDefault("64")
    @Min(1)
    int batch();

    /** How long a call may wait for its turn before it is refused with 503. */
    @WithDefault("PT30S")
    Duration longestWait();
  }
}

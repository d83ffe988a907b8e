package org.mococxr.inference.config;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

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

  /**
   * Versions that are served and no others, by model: publications of other versions change
   * nothing. A model that is not named here is served in its latest version.
   */
  Map<String, String> pinned();

  /**
   * Models that answer a share of the requests for another one, by that one's name: {@code
   * canary.effusion.model=effusion-next}, {@code canary.effusion.share=0.1}.
   */
  Map<String, Canary> canary();

  /**
   * Models that compute what others answer, and are compared with them, by the others' names:
   * {@code shadow.effusion=effusion-next}.
   */
  Map<String, String> shadow();

  /** Bundles on this machine. */
  Cache cache();

  /**
   * Whether clients may load, unload and withdraw models ({@code /v2/repository}, {@code DELETE
   * /v1/models/…}). Whoever can send a request can then end a model.
   */
  @WithDefault("false")
  boolean control();

  /**
   * Whether callers can sign in with a bearer token of the OpenID provider that {@code
   * MOCOCXR_OIDC_ISSUER} names.
   */
  @WithDefault("false")
  boolean signIn();

  /**
   * Who may use which model, {@code model:role} for each role of which a caller must have one;
   * {@code *} is every model that is not named. A model without roles is for everybody.
   */
  Optional<List<String>> roles();

  /** Where answers can be stored; nothing is unless an address is given. */
  Archive archive();

  /** Where answers wait for what is found out later; nothing is kept unless a folder is given. */
  Feedback feedback();

  /** Jobs over whole folders; refused unless folders are given. */
  Batches batches();

  /** How ONNX Runtime works. */
  Runtime runtime();

  /** What a request may ask for. */
  Limits limits();

  /** What each client may send; no bound when unset. */
  Quotas quotas();

  /** A model that is tried on requests for another. */
  interface Canary {

    /** The model that is tried; until it is served, the other answers everything. */
    String model();

    /** Share of the requests that it answers, 0 to 1. */
    @DecimalMin("0")
    @DecimalMax("1")
    double share();
  }

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

    /**
     * How often a bundle is tried that does not load, though it is right and its store is there,
     * before it goes to the dead letters. A store that is away is waited for.
     */
    @WithDefault("6")
    @Min(1)
    int loadAttempts();

    /** Wait before the second try; it doubles with every further one, up to a minute. */
    @WithDefault("PT1S")
    Duration retryDelay();
  }

  /** Where bundles are kept, so that a restart fetches none again. */
  interface Cache {

    /** {@code mococxr-bundles} in the folder for temporary files when unset. */
    Optional<Path> folder();

    /** What is beyond it is deleted, unless it is served; what was not used for longest first. */
    @WithDefault("4G")
    MemorySize size();
  }

  /** The hospital's archive, by DICOMweb. */
  interface Archive {

    /** Address of its DICOMweb services, such as {@code https://pacs.example/dicom-web}. */
    Optional<URI> url();

    /**
     * Its login by reference: {@code bearer:env:NAME}, {@code bearer:file:PATH}, {@code
     * basic:USER:env:NAME} or {@code basic:USER:file:PATH}.
     */
    Optional<String> credentials();

    /** Whether a heat map is stored for each finding that is present. */
    @WithDefault("true")
    boolean heatMaps();
  }

  /** What is kept of answers: their ids, the model and the probabilities. */
  interface Feedback {

    /** The folder, which all replicas of the service share. */
    Optional<Path> folder();

    /** What it may hold; the oldest quarter is deleted then. */
    @WithDefault("64M")
    MemorySize size();

    /** Answers that can still get labels; the oldest are forgotten. */
    @WithDefault("20000")
    @Min(1)
    int answers();
  }

  /** What jobs may read and write, and how much of this machine they take. */
  interface Batches {

    /** Folders below which jobs may read, {@code file:///…/} or {@code s3://bucket/prefix/}. */
    Optional<List<URI>> inputs();

    /**
     * The folder below which jobs write their tables and keep their progress, which all replicas of
     * the service share.
     */
    Optional<URI> output();

    /** Studies that are worked on at a time; 0 takes half of the processors. */
    @WithDefault("0")
    @Min(0)
    @Max(256)
    int parallel();

    /**
     * Which part of the time a study of a job, or of a record, is worked on while there are
     * requests; the rest of the time the processors are theirs. Without requests it is all.
     */
    @WithDefault("0.2")
    @DecimalMin("0.01")
    @DecimalMax("1")
    double share();

    /** Images of one job. */
    @WithDefault("200000")
    @Min(1)
    int images();

    /** Jobs that are not finished; more are refused with 429. */
    @WithDefault("100")
    @Min(1)
    int jobs();

    /** When a replica has been silent for so long, another goes on with its job. */
    @WithDefault("PT30S")
    Duration lease();

    /** Requests that come by Kafka; none are taken unless both topics are named. */
    Kafka kafka();
  }

  /** Topics of requests and answers. */
  interface Kafka {

    /** Where requests come; what is none goes to the same name with {@code .dead-letter}. */
    Optional<String> requests();

    /** Where answers go, with the requests' keys. */
    Optional<String> results();

    /** The model of requests that name none. */
    Optional<String> model();

    /** The consumer group of all replicas. */
    @WithDefault("mococxr-inference")
    String group();
  }

  /** ONNX Runtime's settings. */
  interface Runtime {

    /** Where networks are computed: {@code cpu}, {@code cuda} or {@code tensorrt}. */
    @WithDefault("cpu")
    Device device();

    /**
     * What happens where the device cannot be used: {@code fall-back} computes on the processors
     * (instead of TensorRT with CUDA, where that is there) and says so in readiness and the log;
     * {@code fail} ends the start.
     */
    @WithDefault("fall-back")
    DeviceMissing deviceMissing();

    /**
     * What ONNX Runtime's providers for GPUs are told, {@code name=value} by their own names: those
     * that begin with {@code trt_} go to TensorRT, others to CUDA.
     */
    Optional<List<String>> providerOptions();

    /** Threads within one call of the network on processors; 0 takes every one. */
    @WithDefault("0")
    @Min(0)
    @Max(256)
    int threads();

    /**
     * Computations of one network at a time; more wait. One uses all threads; several on the same
     * threads slow each other down.
     */
    @WithDefault("1")
    @Min(1)
    @Max(256)
    int concurrency();

    /**
     * Images that are computed together at most, as far as their pixels do not exceed 2 GiB. How
     * many are is found by what computations cost; a larger request is computed in parts. It bounds
     * the memory of a computation.
     */
    @WithDefault("16")
    @Min(1)
    @Max(1024)
    int batch();

    /** How long an image waits for others to be computed with it. */
    @WithDefault("PT0S")
    Duration batchDelay();

    /**
     * Memory of all loaded networks, each taken for twice its file, and on a GPU for that at each
     * size of a batch. Beyond it the one that was not used for longest is unloaded, and loaded
     * again by its next request. No bound when unset.
     */
    Optional<MemorySize> memory();

    /**
     * Calls made before a new network takes over, so that no user pays for the first; on a GPU of
     * each size of a batch.
     */
    @WithDefault("2")
    @Min(0)
    @Max(100)
    int warmUpCalls();
  }

  /** Where the network is computed. */
  enum Device {
    /** The machine's processors. */
    CPU,
    /** The first NVIDIA GPU, by cuDNN. */
    CUDA,
    /** The first NVIDIA GPU, by TensorRT, and by cuDNN what TensorRT does not compute. */
    TENSORRT
  }

  /** What happens where the configured device cannot be used. */
  enum DeviceMissing {
    /** Networks are computed on the processors. */
    FALL_BACK,
    /** The start ends with an error. */
    FAIL
  }

  /** What each client may send, over all its requests with a body. */
  interface Quotas {

    /**
     * The header that names the client. A gateway must set it, since a client could name another.
     * Without it, or where a request has none, a client is known by its address.
     */
    Optional<String> clientHeader();

    /** Requests a second, on average; more are refused with 429. */
    @DecimalMin(value = "0", inclusive = false)
    OptionalDouble requests();

    /** Bytes a second, on average; after more, requests are refused with 429. */
    Optional<MemorySize> bytes();

    /** A client that was silent may send at once what it could have sent in that time. */
    @WithDefault("PT10S")
    Duration burst();
  }

  /** What a request may ask for, and how much of it is taken at once. */
  interface Limits {

    /** Images in one request. */
    @WithDefault("64")
    @Min(1)
    int batch();

    /** Images that wait for one model; more are refused with 429. */
    @WithDefault("512")
    @Min(1)
    int queue();

    /** How long a request may take from its arrival on before it is refused with 504. */
    @WithDefault("PT30S")
    Duration longestWait();

    /** Bytes of one body, before and after it is decompressed; a larger one is refused with 413. */
    @WithDefault("64M")
    MemorySize body();

    /**
     * Bytes of all bodies in memory together; more are refused with 429. A quarter of the heap when
     * unset. A quarter of it is kept for bodies of up to 1 MiB.
     */
    Optional<MemorySize> bodies();

    /** Requests worked on at once; more are refused with 429. */
    @WithDefault("128")
    @Min(1)
    int requests();

    /** How long a body may take before {@code body-rate} is asked of it. */
    @WithDefault("PT5S")
    Duration bodyGrace();

    /** Bytes per second that a sender must keep up on average; slower ones are cut with 408. */
    @WithDefault("64K")
    MemorySize bodyRate();

    /** Pixels of one image, by its header: a large flat panel has 20 million. */
    @WithDefault("32000000")
    @Min(1)
    long pixels();
  }
}

package org.mococxr.orchestrator.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Configuration of the orchestrator. Every default is fit for one machine. A property {@code
 * mococxr.orchestrator.max-parallel-runs} is the environment variable {@code
 * MOCOCXR_ORCHESTRATOR_MAX_PARALLEL_RUNS}.
 */
@ConfigMapping(prefix = "mococxr.orchestrator")
public interface OrchestratorConfig {
  /** Base of the artefact store: {@code file:///…} or {@code s3://bucket/prefix}. */
  URI artifacts();

  /** Kafka's addresses. */
  String bootstrapServers();

  /** What every topic's name begins with. */
  @WithDefault("mococxr.")
  String topicPrefix();

  /** Runs of one experiment that are in flight at once. */
  @WithDefault("2")
  int maxParallelRuns();

  /** Runs of all experiments that are at work at once, over all replicas; more wait. */
  @WithDefault("1000")
  int maxRunsAtOnce();

  /** Faults of one run after which it is not tried again; other causes have their own limits. */
  @WithDefault("3")
  int maxFaults();

  /** How often attempts may end for other causes, and the pauses before the next. */
  Retries retries();

  /** A trainer that works and says nothing for this long counts as failed. */
  @WithDefault("30m")
  Duration stallLimit();

  /**
   * How long one attempt at a run may take, by kind in lower case, for example {@code
   * deadlines.pretrain=72h}; kinds without one may take as long as they like.
   */
  Map<String, Duration> deadlines();

  /** Runs that one experiment may have. */
  @WithDefault("20000")
  int maxRuns();

  /** Size that the specification of an experiment may have as JSON, in bytes. */
  @WithDefault("262144")
  int maxSpecBytes();

  /** What runs a trainer. */
  @WithDefault("local")
  LauncherKind launcher();

  /** How often the launcher's reality is held against what is wanted, besides after every event. */
  @WithDefault("1s")
  Duration reconcileInterval();

  /** Who may ask. */
  Http http();

  /** Kafka topics, created at start-up if they are absent. */
  Topics topics();

  /** Kafka Streams. */
  Streams streams();

  /** Trainers as local processes. */
  Local local();

  /** Trainers as Kubernetes Jobs. */
  Kubernetes kubernetes();

  /** The kinds of launcher. */
  enum LauncherKind {
    /** Processes on this machine. */
    LOCAL,
    /** Jobs on a cluster. */
    KUBERNETES,
    /** None: who reads {@code RunRequested} on Kafka does the run and tells how it ended. */
    NONE
  }

  /**
   * How often attempts at a run may end without a result, by cause. Each pause is twice the one
   * before, less a random part of at most a half.
   */
  interface Retries {
    /** Pause after the first fault. */
    @WithDefault("5s")
    Duration faultFirstDelay();

    /** Longest pause after a fault. */
    @WithDefault("5m")
    Duration faultLongestDelay();

    /** Attempts that may be preempted. */
    @WithDefault("1000")
    int preemptedAttempts();

    /** Pause after the first preemption, and after one that follows long work. */
    @WithDefault("2s")
    Duration preemptedFirstDelay();

    /** Longest pause after a preemption. */
    @WithDefault("5m")
    Duration preemptedLongestDelay();

    /** Attempts that may end because the artefact store cannot be reached. */
    @WithDefault("30")
    int storeAttempts();

    /** Pause after the first of them. */
    @WithDefault("15s")
    Duration storeFirstDelay();

    /** Longest pause after one of them. */
    @WithDefault("15m")
    Duration storeLongestDelay();

    /** Attempts that may be given up because they could not be started. */
    @WithDefault("3")
    int notStartedAttempts();

    /** Pause after the first of them. */
    @WithDefault("1m")
    Duration notStartedFirstDelay();

    /** Longest pause after one of them. */
    @WithDefault("15m")
    Duration notStartedLongestDelay();
  }

  /** Who may ask. */
  interface Http {
    /**
     * Names under which the service is reached, in lower case and without port, besides those of
     * this machine; a request for any other is refused. If absent every name, or only those of this
     * machine where {@code quarkus.http.host} is its loopback address.
     */
    Optional<List<String>> hosts();

    /**
     * Shared by all replicas: who does not show it learns nothing from {@code /internal}. If absent
     * the replicas know each other by their addresses, which a proxy between them would hide.
     */
    Optional<String> replicaSecret();

    /**
     * Other machines may reach the service though nobody signs in: something else keeps strangers
     * out. Without OIDC and without this it serves its own machine only.
     */
    @WithDefault("false")
    boolean unprotected();
  }

  /** Kafka topics, created at start-up if they are absent. */
  interface Topics {
    /** Partitions of each; experiments are spread over them, and replicas share them. */
    @WithDefault("1")
    int partitions();

    /** Copies of each. */
    @WithDefault("1")
    short replication();
  }

  /** Kafka Streams. */
  interface Streams {
    /** Consumer group and prefix of the changelog; replicas of one installation share it. */
    String applicationId();

    /** Where Streams keeps its own files; all state that matters is in Kafka. */
    Path stateDir();

    /** After this long without a heartbeat a replica's work goes to another. */
    @WithDefault("6s")
    Duration sessionTimeout();

    /** How often state and commands are committed together: the delay of every command. */
    @WithDefault("100ms")
    Duration commitInterval();

    /**
     * Name of this replica, if it keeps its name over restarts: it then takes its work up again
     * without waiting for the session to time out. With local processes there is but one replica,
     * and it has a name.
     */
    Optional<String> instanceId();

    /**
     * Address under which the other replicas reach this one's HTTP, for example {@code
     * 10.0.0.7:8080}. On Kubernetes the pod's address and {@code quarkus.http.port} by default;
     * elsewhere absent: there is but one replica.
     */
    Optional<String> applicationServer();
  }

  /** Trainers as local processes. */
  interface Local {
    /** The command-line tool; {@code run --spec <uri> --attempt <n>} is appended. */
    @WithDefault("mococxr")
    String command();

    /** Processes at once, over all experiments. */
    @WithDefault("2")
    int maxProcesses();

    /** After SIGTERM a trainer has this long to finish its step and write a checkpoint. */
    @WithDefault("30s")
    Duration stopGrace();

    /** Environment variables that every trainer gets besides this process' own. */
    Map<String, String> environment();
  }

  /** Trainers as Kubernetes Jobs. */
  interface Kubernetes {
    /** Namespace of the Jobs; the client's own if absent. */
    Optional<String> namespace();

    /**
     * Name of this installation, up to 30 lower-case letters, digits and dashes: begins the Jobs'
     * names and is their label, so that two installations can share a namespace.
     */
    @WithDefault("mococxr")
    String installation();

    /** Which resources of the kind {@code Experiment} in the namespace become experiments. */
    @WithDefault("off")
    Resources resources();

    /** A run whose pod cannot be made (image, volume, admission) is given up after this long. */
    @WithDefault("15m")
    Duration startLimit();

    /** A run that waits for a node, quota or queue is given up after this long. */
    @WithDefault("7d")
    Duration scheduleLimit();

    /** A pod that should be gone for this long is on a lost node, and its run goes on elsewhere. */
    @WithDefault("5m")
    Duration nodeLostLimit();

    /** A trainer that has said how its run ended may take this long to exit. */
    @WithDefault("2m")
    Duration exitGrace();

    /** The trainer's image. */
    @WithDefault("mococxr/trainer:latest")
    String image();

    /** {@code Always}, {@code IfNotPresent} or {@code Never}; the cluster's choice if absent. */
    Optional<String> pullPolicy();

    /** Secrets with which the image is pulled. */
    Optional<List<String>> pullSecrets();

    /** Priority class of the pods. */
    Optional<String> priorityClass();

    /** Kueue's local queue for the Jobs; the cluster's scheduler alone if absent. */
    Optional<String> queue();

    /** Kueue's priority class for the Jobs. */
    Optional<String> queuePriority();

    /** Shared memory of a pod, mounted at {@code /dev/shm}; the runtime's own if absent. */
    Optional<String> sharedMemory();

    /** Group of the trainers' processes, and of what they write. */
    @WithDefault("10001")
    long group();

    /**
     * Labels of the nodes for a kind of run, besides {@code node-selector}: {@code
     * node-selectors.pretrain."disk"=fast}.
     */
    Map<String, Map<String, String>> nodeSelectors();

    /** File with a pod template in YAML that is laid over the one made here. */
    Optional<Path> podTemplate();

    /** Name of the resource that a GPU is. */
    @WithDefault("nvidia.com/gpu")
    String gpuResource();

    /** GPUs of a run that trains or embeds; 0 trains on the CPU. */
    @WithDefault("1")
    int gpus();

    /** CPUs that a pod asks for. */
    @WithDefault("4")
    String cpu();

    /** Memory that a pod asks for and is limited to. */
    @WithDefault("16Gi")
    String memory();

    /** Limit of the pod's scratch volume, mounted at {@code /tmp}. */
    @WithDefault("50Gi")
    String scratch();

    /** Service account of the pods; it needs no rights. */
    Optional<String> serviceAccount();

    /** Claim of the volume that holds a {@code file:} artefact store, mounted at its path. */
    Optional<String> artifactsClaim();

    /** Claim of the volume that holds the images, mounted read-only at {@code dataPath}. */
    Optional<String> dataClaim();

    /** Where the images are mounted. */
    @WithDefault("/data")
    String dataPath();

    /** Secret whose entries become environment variables: the credentials of an S3 store. */
    Optional<String> secret();

    /**
     * Secrets whose entries are files of the trainers, by name, with the folder to mount each at:
     * for what {@code KAFKA_…_FILE} and the stores of Kafka's keys name.
     */
    Map<String, String> files();

    /**
     * Environment variables that every trainer takes from secrets: the variable to {@code <name of
     * the secret>/<key in it>}. They come before what the orchestrator itself was given.
     */
    Map<String, String> secretEnvironment();

    /** How many runs of a kind share a Job: {@code batches.finetune=10}. One by default. */
    Map<String, Integer> batches();

    /**
     * How many of the runs that share a Job it does at the same time, on the same GPUs: {@code
     * batches-at-once.finetune=4}. The Job asks for so many times {@code cpu} and {@code memory}.
     * One by default: the runs are done in turn.
     */
    Map<String, Integer> batchesAtOnce();

    /** Runs that could share a Job wait for so long for others. */
    @WithDefault("10s")
    Duration batchWait();

    /** Labels of the nodes to run on. */
    Map<String, String> nodeSelector();

    /** Taints that trainers tolerate, besides that of the GPU resource. */
    List<Toleration> tolerations();

    /** Environment variables that every trainer gets. */
    Map<String, String> environment();

    /** How long a finished Job is kept for its log. */
    @WithDefault("24h")
    Duration keepFinished();
  }

  /** Resources that are followed. */
  enum Resources {
    /** None. */
    OFF,
    /** All of the namespace, for its only installation. */
    ALL,
    /** Those with the label {@code app.kubernetes.io/instance: <installation>}. */
    LABELLED
  }

  /** A taint that is tolerated, as Kubernetes describes it. */
  interface Toleration {
    /** The taint's key; every taint if absent. */
    Optional<String> key();

    /** {@code Exists} or {@code Equal}. */
    @WithDefault("Exists")
    String operator();

    /** The taint's value for {@code Equal}. */
    Optional<String> value();

    /** {@code NoSchedule}, {@code PreferNoSchedule} or {@code NoExecute}; all if absent. */
    Optional<String> effect();
  }
}

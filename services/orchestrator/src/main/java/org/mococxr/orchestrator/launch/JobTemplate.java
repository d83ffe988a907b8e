package org.mococxr.orchestrator.launch;

import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvFromSourceBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.orchestrator.config.OrchestratorConfig;
import org.mococxr.specs.ExitCodes;
import org.mococxr.specs.RunKind;

/**
 * The Job of one attempt at a run, or of several that share one. Its name follows from the
 * installation, the run's digest and the attempt, so that creating it twice is one Job. Attempts
 * are counted and paused between by the state machine, not by the Job: the first pod that fails
 * ends it. Only a pod that the cluster removed before its trainer could answer is started again by
 * the Job.
 */
final class JobTemplate {
  static final String CONTAINER = "trainer";

  /** Their arguments and names are part of an object of bounded size. */
  private static final int MOST_IN_A_JOB = 200;

  static final String EXPERIMENT = "mococxr.org/experiment";
  static final String RUN = "mococxr.org/run";
  static final String ATTEMPT = "mococxr.org/attempt";
  static final String MEMBERS = "mococxr.org/attempts";
  static final String TEMPLATE = "mococxr.org/template";

  private static final String AT_ONCE = "MOCOCXR_AT_ONCE";
  private static final String ENDS = "MOCOCXR_ENDS";

  /** What a container writes there is the message of its end. */
  private static final String TERMINATION_LOG = "/dev/termination-log";

  private final OrchestratorConfig config;
  private final PodOverlay overlay;
  private final PodVolumes volumes;

  JobTemplate(OrchestratorConfig config) {
    this.config = config;
    this.volumes = new PodVolumes(config);
    this.overlay = PodOverlay.read(config.kubernetes().podTemplate());
    requireKinds("node-selectors", config.kubernetes().nodeSelectors().keySet());
    requireKinds("batches", config.kubernetes().batches().keySet());
    requireKinds("batches-at-once", config.kubernetes().batchesAtOnce().keySet());
    Map<String, Integer> batches = config.kubernetes().batches();
    batches.forEach((kind, runs) -> requireSize("batches." + kind, runs, MOST_IN_A_JOB, " runs"));
    config
        .kubernetes()
        .batchesAtOnce()
        .forEach(
            (kind, runs) ->
                requireSize(
                    "batches-at-once." + kind,
                    runs,
                    batches.getOrDefault(kind, 1),
                    ", as many runs as share a Job (kubernetes.batches)"));
  }

  private static void requireSize(String setting, int runs, int most, String ofWhat) {
    if (runs < 1 || runs > most) {
      throw new UserErrorException(
          "mococxr.orchestrator.kubernetes." + setting,
          "found " + runs,
          "expected 1 to " + most + ofWhat);
    }
  }

  private static void requireKinds(String setting, Set<String> words) {
    List<String> known = Stream.of(RunKind.values()).map(RunKind::word).toList();
    for (String word : words) {
      if (!known.contains(word)) {
        throw new UserErrorException(
            "mococxr.orchestrator.kubernetes.%s.%s".formatted(setting, word),
            "there is no such kind of run",
            "expected one of " + String.join(", ", known));
      }
    }
  }

  /** The Job's name: at most 60 characters. */
  String name(Wanted wanted) {
    return "%s-%s-%d"
        .formatted(
            config.kubernetes().installation(),
            wanted.spec().digest().substring(0, 16),
            wanted.attempt());
  }

  /** Labels of every Job and pod of this installation, and of no other. */
  Map<String, String> selector() {
    return JobLabels.of(config.kubernetes().installation());
  }

  /** The attempts that a Job does. */
  static List<Batch.Member> members(Job job) {
    Map<String, String> annotations = job.getMetadata().getAnnotations();
    if (annotations == null
        || !(annotations.containsKey(MEMBERS) || annotations.containsKey(RUN))) {
      return List.of();
    }
    String shared = annotations.get(MEMBERS);
    return shared != null
        ? Batch.read(shared)
        : List.of(
            new Batch.Member(
                job.getMetadata().getName(),
                Integer.parseInt(annotations.get(ATTEMPT)),
                annotations.get(RUN)));
  }

  /** Whether a pod is of the Job of an attempt. */
  static boolean isOf(Pod pod, String attempt) {
    Map<String, String> annotations = pod.getMetadata().getAnnotations();
    String shared = annotations == null ? null : annotations.get(MEMBERS);
    return shared == null
        ? attempt.equals(pod.getMetadata().getLabels().get(JobHistory.JOB_NAME))
        // Each attempt without a Job is held against all pods that are kept.
        : shared.contains(attempt)
            && Batch.read(shared).stream().anyMatch(member -> member.name().equals(attempt));
  }

  /** Whether a Job was made from other settings than today's. */
  boolean outdated(Job job, Batch batch, String namespace) {
    Map<String, String> annotations = job.getMetadata().getAnnotations();
    String then = annotations == null ? null : annotations.get(TEMPLATE);
    return then != null
        && !then.equals(job(batch, namespace).getMetadata().getAnnotations().get(TEMPLATE));
  }

  Job job(Batch batch, String namespace) {
    Job job = build(batch, namespace);
    job.getSpec().setTemplate(overlay.over(job.getSpec().getTemplate()));
    String digest = Digests.sha256(Serialization.asJson(job.getSpec()));
    job.getMetadata().getAnnotations().put(TEMPLATE, digest);
    return job;
  }

  private Map<String, String> annotations(Batch batch) {
    return batch.shared()
        ? Map.of(
            MEMBERS,
            Batch.write(
                batch.runs().stream()
                    .map(run -> new Batch.Member(name(run), run.attempt(), run.spec().run()))
                    .toList()))
        : Map.of(
            RUN, batch.first().spec().run(), ATTEMPT, Integer.toString(batch.first().attempt()));
  }

  private static List<String> arguments(Batch batch) {
    List<String> words = new ArrayList<>(List.of("run"));
    for (Wanted run : batch.runs()) {
      words.addAll(
          List.of(
              "--spec",
              RunFolder.specUri(run).toString(),
              "--attempt",
              Integer.toString(run.attempt())));
    }
    return words;
  }

  private Job build(Batch batch, String namespace) {
    OrchestratorConfig.Kubernetes kubernetes = config.kubernetes();
    Wanted wanted = batch.first();
    Map<String, String> labels = labels(wanted);
    return new JobBuilder()
        .withNewMetadata()
        .withName(batch.job())
        .withNamespace(namespace)
        .withLabels(queued(labels))
        .addToAnnotations(annotations(batch))
        .endMetadata()
        .withNewSpec()
        .withBackoffLimit(0)
        .withTtlSecondsAfterFinished((int) kubernetes.keepFinished().toSeconds())
        .withNewPodFailurePolicy()
        .addNewRule()
        .withAction("FailJob")
        .withNewOnExitCodes()
        .withContainerName(CONTAINER)
        .withOperator("In")
        .withValues(ExitCodes.USER_ERROR)
        .endOnExitCodes()
        .endRule()
        // Who could still say that it was preempted is tried again by the state machine, with
        // pauses.
        .addNewRule()
        .withAction("FailJob")
        .withNewOnExitCodes()
        .withContainerName(CONTAINER)
        .withOperator("In")
        .withValues(ExitCodes.PREEMPTED)
        .endOnExitCodes()
        .endRule()
        .addNewRule()
        .withAction("Ignore")
        .addNewOnPodCondition()
        .withType("DisruptionTarget")
        .withStatus("True")
        .endOnPodCondition()
        .endRule()
        .endPodFailurePolicy()
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(labels)
        .withAnnotations(batch.shared() ? annotations(batch) : null)
        .endMetadata()
        .withNewSpec()
        .withRestartPolicy("Never")
        .withServiceAccountName(kubernetes.serviceAccount().orElse(null))
        .withAutomountServiceAccountToken(false)
        .withTerminationGracePeriodSeconds(120L)
        .withNodeSelector(nodes(wanted))
        .withPriorityClassName(kubernetes.priorityClass().orElse(null))
        .withImagePullSecrets(
            kubernetes.pullSecrets().orElse(List.of()).stream()
                .map(LocalObjectReference::new)
                .toList())
        .withTolerations(tolerations(wanted))
        .withNewSecurityContext()
        .withRunAsNonRoot(true)
        .withRunAsUser(10001L)
        .withRunAsGroup(kubernetes.group())
        .withFsGroup(kubernetes.group())
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext()
        .addNewContainer()
        .withName(CONTAINER)
        .withImage(kubernetes.image())
        .withImagePullPolicy(kubernetes.pullPolicy().orElse(null))
        .withArgs(arguments(batch))
        .withEnv(environment(batch))
        .withEnvFrom(secret())
        .withResources(resources(batch))
        .withVolumeMounts(volumes.mounts())
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .addToDrop("ALL")
        .endCapabilities()
        .endSecurityContext()
        .endContainer()
        .withVolumes(volumes.volumes())
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  private Map<String, String> labels(Wanted wanted) {
    // Names of runs can be longer than a label may be; they are annotations.
    Map<String, String> labels = new TreeMap<>(selector());
    labels.put("app.kubernetes.io/name", "mococxr-trainer");
    labels.put(EXPERIMENT, wanted.spec().experiment());
    return labels;
  }

  private Map<String, String> queued(Map<String, String> labels) {
    Map<String, String> all = new HashMap<>(labels);
    config.kubernetes().queue().ifPresent(queue -> all.put(Queue.NAME, queue));
    config.kubernetes().queuePriority().ifPresent(p -> all.put(Queue.PRIORITY, p));
    return all;
  }

  private Map<String, String> nodes(Wanted wanted) {
    Map<String, String> labels = new HashMap<>(config.kubernetes().nodeSelector());
    labels.putAll(
        config.kubernetes().nodeSelectors().getOrDefault(wanted.spec().kind().word(), Map.of()));
    return labels;
  }

  private boolean onGpu(Wanted wanted) {
    return config.kubernetes().gpus() > 0 && wanted.spec().kind().gpu();
  }

  private List<Toleration> tolerations(Wanted wanted) {
    List<Toleration> tolerations = new ArrayList<>();
    for (OrchestratorConfig.Toleration given : config.kubernetes().tolerations()) {
      tolerations.add(
          new TolerationBuilder()
              .withKey(given.key().orElse(null))
              .withOperator(given.operator())
              .withValue(given.value().orElse(null))
              .withEffect(given.effect().orElse(null))
              .build());
    }
    if (onGpu(wanted)) {
      tolerations.add(
          new TolerationBuilder()
              .withKey(config.kubernetes().gpuResource())
              .withOperator("Exists")
              .withEffect("NoSchedule")
              .build());
    }
    return tolerations;
  }

  private int atOnce(Batch batch) {
    return Batching.atOnce(config.kubernetes(), batch.first().spec().kind(), batch.runs().size());
  }

  /** Processor and memory for each run at work; a GPU is for all. */
  private ResourceRequirements resources(Batch batch) {
    OrchestratorConfig.Kubernetes kubernetes = config.kubernetes();
    Quantity cpu = times(kubernetes.cpu(), atOnce(batch));
    Quantity memory = times(kubernetes.memory(), atOnce(batch));
    ResourceRequirementsBuilder resources =
        new ResourceRequirementsBuilder()
            .addToRequests("cpu", cpu)
            .addToRequests("memory", memory)
            .addToLimits("memory", memory);
    if (onGpu(batch.first())) {
      resources.addToLimits(
          kubernetes.gpuResource(), new Quantity(Integer.toString(kubernetes.gpus())));
    }
    return resources.build();
  }

  private static Quantity times(String one, int count) {
    Quantity quantity = new Quantity(one);
    return count == 1 ? quantity : quantity.multiply(count);
  }

  private List<EnvVar> environment(Batch batch) {
    // Secrets come by reference: their values must not be readable in a Job.
    Map<String, String> environment = TrainerEnvironment.of(config, batch.first(), false);
    environment.put("DJL_CACHE_DIR", "/tmp/djl");
    if (batch.shared()) {
      // By the environment, which a trainer of an older version passes over.
      environment.put(AT_ONCE, Integer.toString(atOnce(batch)));
      environment.put(ENDS, TERMINATION_LOG);
    }
    environment.putAll(config.kubernetes().environment());
    // What comes from a trainer's own secret is not the orchestrator's.
    Map<String, String> secrets = config.kubernetes().secretEnvironment();
    environment.keySet().removeAll(secrets.keySet());
    List<EnvVar> all = new ArrayList<>();
    environment.forEach((name, value) -> all.add(new EnvVar(name, value, null)));
    new TreeMap<>(secrets).forEach((name, place) -> all.add(fromSecret(name, place)));
    return all;
  }

  private static EnvVar fromSecret(String variable, String place) {
    int slash = place.indexOf('/');
    if (slash < 1 || slash == place.length() - 1) {
      throw new UserErrorException(
          "mococxr.orchestrator.kubernetes.secret-environment." + variable,
          "found '" + place + "'",
          "expected <name of a secret>/<key in it>");
    }
    return new EnvVarBuilder()
        .withName(variable)
        .withNewValueFrom()
        .withNewSecretKeyRef()
        .withName(place.substring(0, slash))
        .withKey(place.substring(slash + 1))
        .endSecretKeyRef()
        .endValueFrom()
        .build();
  }

  private List<EnvFromSource> secret() {
    return config.kubernetes().secret().stream()
        .map(
            name ->
                new EnvFromSourceBuilder().withNewSecretRef().withName(name).endSecretRef().build())
        .toList();
  }
}

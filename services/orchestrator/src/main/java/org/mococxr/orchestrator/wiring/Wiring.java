package org.mococxr.orchestrator.wiring;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.state.HostInfo;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.events.Topics;
import org.mococxr.messaging.EventPublisher;
import org.mococxr.messaging.KafkaSettings;
import org.mococxr.messaging.KafkaWatch;
import org.mococxr.messaging.tracing.Tracing;
import org.mococxr.orchestrator.config.OrchestratorConfig;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.Experiments;
import org.mococxr.orchestrator.experiment.Policy;
import org.mococxr.orchestrator.launch.JobLabels;
import org.mococxr.orchestrator.launch.KubernetesLauncher;
import org.mococxr.orchestrator.launch.Launcher;
import org.mococxr.orchestrator.launch.LocalProcessLauncher;
import org.mococxr.orchestrator.launch.NoLauncher;
import org.mococxr.orchestrator.launch.Reconciler;
import org.mococxr.orchestrator.launch.TurnKeeper;
import org.mococxr.orchestrator.metrics.RunMetrics;
import org.mococxr.orchestrator.plan.Layout;
import org.mococxr.orchestrator.resource.ResourceReconciler;
import org.mococxr.orchestrator.rest.Changes;
import org.mococxr.orchestrator.rest.Replicas;
import org.mococxr.orchestrator.rest.SharedTurns;
import org.mococxr.orchestrator.streams.ExperimentStreams;
import org.mococxr.orchestrator.streams.Hooks;
import org.mococxr.orchestrator.streams.ModelDigests;
import org.mococxr.orchestrator.streams.ReplicaAddress;

/** Puts the service together, starts it and ends it. */
@ApplicationScoped
public class Wiring {
  private static final Logger LOG = Logger.getLogger(Wiring.class);
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /** After a lost replica's session has timed out another has its work within this time. */
  private static final Duration TAKE_OVER = Duration.ofSeconds(10);

  private final OrchestratorConfig config;
  private final Policy policy;
  private final ArtifactStore store;
  private final EventPublisher publisher;
  private final KafkaWatch watch;
  private final Launcher launcher;
  private final ExperimentStreams streams;
  private final Replicas replicas;
  private final SharedTurns turns;
  private final Tracing tracing;
  private final Changes changes = new Changes();
  private final Reconciler reconciler;
  private final Optional<ResourceReconciler> resources;

  Wiring(
      OrchestratorConfig config,
      Instance<KubernetesClient> kubernetes,
      MeterRegistry meters,
      @ConfigProperty(name = "quarkus.http.port", defaultValue = "8080") int port,
      @ConfigProperty(name = "quarkus.oidc.tenant-enabled") boolean signIn) {
    this.config = config;
    this.store = ArtifactStore.open(config.artifacts());
    KafkaSettings kafka = KafkaSettings.at(config.bootstrapServers());
    this.publisher =
        new EventPublisher(
            kafka, new Topics(config.topicPrefix()), "/mococxr/orchestrator", PATIENCE);
    this.watch = new KafkaWatch(kafka, LOG::warn);
    this.policy = Policies.of(config);
    Experiments experiments = new Experiments(new Layout(config.artifacts()), policy);
    this.launcher = launcher(kubernetes);
    this.tracing = Tracing.fromEnvironment("mococxr-orchestrator");
    RunMetrics metrics = new RunMetrics(meters);
    Optional<HostInfo> address = ReplicaAddress.of(config, System.getenv(), port);
    this.streams =
        new ExperimentStreams(
            config,
            kafka,
            address,
            experiments,
            new Hooks(
                new ModelDigests(store),
                this::changed,
                metrics,
                tracing,
                () -> watch.missing().isEmpty()));
    metrics.watch(streams::all, streams::unreadable, streams::lag, launcher);
    this.turns =
        new SharedTurns(
            streams,
            new TurnKeeper(config.maxRunsAtOnce(), patience(config), Clock.systemUTC()),
            address,
            config.http().replicaSecret());
    this.reconciler =
        new Reconciler(
            streams::all, launcher, config.reconcileInterval(), turns, publisher::publish);
    this.replicas =
        new Replicas(
            streams,
            address,
            config.http().replicaSecret(),
            signIn,
            config.streams().sessionTimeout().plus(TAKE_OVER),
            reconciler::queue);
    this.resources = resources(kubernetes);
  }

  /** A replica that is there tells of its attempts at least this often. */
  private static Duration patience(OrchestratorConfig config) {
    return PATIENCE.plus(config.reconcileInterval().multipliedBy(2));
  }

  private Optional<ResourceReconciler> resources(Instance<KubernetesClient> kubernetes) {
    OrchestratorConfig.Kubernetes pods = config.kubernetes();
    if (pods.resources() == OrchestratorConfig.Resources.OFF) {
      return Optional.empty();
    }
    ResourceReconciler.Known known =
        new ResourceReconciler.Known() {
          @Override
          public boolean here(String experiment) {
            return streams.owner(experiment) instanceof ExperimentStreams.Owner.Here;
          }

          @Override
          public Optional<ExperimentState> find(String experiment) {
            return streams.find(experiment);
          }
        };
    KubernetesClient client = kubernetes.get();
    return Optional.of(
        new ResourceReconciler(
            client,
            pods.namespace().orElseGet(client::getNamespace),
            pods.resources() == OrchestratorConfig.Resources.ALL
                ? Map.of()
                : Map.of(JobLabels.INSTANCE, pods.installation()),
            known,
            policy,
            publisher::publish));
  }

  private Launcher launcher(Instance<KubernetesClient> kubernetes) {
    return switch (config.launcher()) {
      case LOCAL -> new LocalProcessLauncher(config, store, publisher::publish, this::changed);
      case KUBERNETES ->
          new KubernetesLauncher(
              config, kubernetes.get(), store, publisher::publish, this::changed);
      case NONE -> new NoLauncher();
    };
  }

  void start(@Observes StartupEvent event) {
    watch.start();
    streams.start();
    reconciler.start();
    resources.ifPresent(ResourceReconciler::start);
  }

  void stop(@Observes ShutdownEvent event) {
    resources.ifPresent(ResourceReconciler::close);
    reconciler.close();
    streams.close();
    launcher.close();
    publisher.close();
    watch.close();
    tracing.close();
    store.close();
  }

  private void changed() {
    changes.add();
    // A launcher may speak before all is put together: the first round looks at everything anyway.
    if (reconciler != null) {
      reconciler.poke();
    }
    if (resources != null) {
      resources.ifPresent(ResourceReconciler::poke);
    }
  }

  @Produces
  @Singleton
  ExperimentStreams streams() {
    return streams;
  }

  /** The experiments of all replicas. */
  @Produces
  @Singleton
  Replicas replicas() {
    return replicas;
  }

  /** Gives turns to the runs of all replicas. */
  @Produces
  @Singleton
  SharedTurns turns() {
    return turns;
  }

  /** Whether Kafka answers. */
  @Produces
  @Singleton
  KafkaWatch kafka() {
    return watch;
  }

  /** Told to who watches. */
  @Produces
  @Singleton
  Changes changes() {
    return changes;
  }

  /** What runs trainers. */
  @Produces
  @Singleton
  Launcher launcher() {
    return launcher;
  }

  /** The limits of every experiment. */
  @Produces
  @Singleton
  Policy policy() {
    return policy;
  }

  /** For events from users. */
  @Produces
  @Singleton
  EventPublisher publisher() {
    return publisher;
  }

  /** Records what requests lead to. */
  @Produces
  @Singleton
  Tracing tracing() {
    return tracing;
  }

  /** Where results lie. */
  @Produces
  @Singleton
  ArtifactStore store() {
    return store;
  }
}

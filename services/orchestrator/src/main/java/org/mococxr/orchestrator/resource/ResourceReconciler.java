package org.mococxr.orchestrator.resource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.mococxr.events.Event;
import org.mococxr.events.ExperimentCancelled;
import org.mococxr.events.ExperimentPaused;
import org.mococxr.events.ExperimentRequested;
import org.mococxr.events.ExperimentResumed;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.orchestrator.experiment.Bounds;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.Policy;
import org.mococxr.orchestrator.experiment.UnreadableException;
import org.mococxr.orchestrator.launch.Loop;
import org.mococxr.orchestrator.launch.Outcomes;
import org.mococxr.orchestrator.launch.Poke;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.option.Options;
import org.mococxr.specs.resource.ExperimentDefinition;

/**
 * Makes experiments of {@code Experiment} resources, and tells in them what becomes of those. A
 * resource is the same request as a document by REST: its id follows from the resource and its
 * content, so that however often it is looked at, it is asked for once. Each replica looks after
 * the experiments that it has.
 */
public final class ResourceReconciler implements AutoCloseable {
  /** While it stands in a resource, deletion waits until the experiment is cancelled. */
  static final String FINALIZER = ExperimentDefinition.GROUP + "/cancel";

  private static final Logger LOG = Logger.getLogger(ResourceReconciler.class);
  private static final ResourceDefinitionContext KIND =
      new ResourceDefinitionContext.Builder()
          .withGroup(ExperimentDefinition.GROUP)
          .withVersion(ExperimentDefinition.VERSION)
          .withKind(ExperimentDefinition.KIND)
          .withPlural(ExperimentDefinition.PLURAL)
          .withNamespaced(true)
          .build();
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration PROGRESS = Duration.ofSeconds(5);
  private static final long RESYNC_MILLIS = 60_000;

  /** Steered by events of their own, and no reason for another experiment. */
  private static final Set<String> STEERING = Set.of("suspend");

  private final KubernetesClient client;
  private final String namespace;
  private final Known known;
  private final Policy policy;
  private final Outcomes events;
  private final ResourceEvents told;
  private final SharedIndexInformer<GenericKubernetesResource> informer;
  private final Loop loop;
  private final Map<String, Instant> written = new HashMap<>();

  /** What the orchestrator knows of experiments. */
  public interface Known {
    /** Whether this replica has the experiment, or would have it. */
    boolean here(String experiment);

    /**
     * The experiment; empty if there is none.
     *
     * @throws UnreadableException if its state cannot be read
     */
    Optional<ExperimentState> find(String experiment);
  }

  /**
   * @param namespace of the resources
   * @param labels that they have
   * @param known the experiments of this replica
   * @param events takes requests
   */
  public ResourceReconciler(
      KubernetesClient client,
      String namespace,
      Map<String, String> labels,
      Known known,
      Policy policy,
      Outcomes events) {
    this(client, namespace, labels, known, policy, events, EVERY);
  }

  ResourceReconciler(
      KubernetesClient client,
      String namespace,
      Map<String, String> labels,
      Known known,
      Policy policy,
      Outcomes events,
      Duration every) {
    this.client = client;
    this.namespace = namespace;
    this.known = known;
    this.policy = policy;
    this.events = events;
    this.told = new ResourceEvents(client, namespace, Instant.now());
    this.loop = new Loop("resources", every, this::reconcile);
    this.informer =
        client
            .genericKubernetesResources(KIND)
            .inNamespace(namespace)
            .withLabels(labels)
            .runnableInformer(RESYNC_MILLIS);
    informer.addEventHandler(new Poke<>(loop::poke));
    // Without the definition there is nothing to watch yet: it is tried again.
    informer.exceptionHandler((started, error) -> true);
  }

  /** Begins; returns at once. */
  public void start() {
    informer.start();
    loop.start();
  }

  /** Something has changed: look again soon. */
  public void poke() {
    loop.poke();
  }

  @Override
  public void close() {
    loop.close();
    informer.close();
  }

  private void reconcile() {
    List<GenericKubernetesResource> all = informer.getStore().list();
    written
        .keySet()
        .retainAll(all.stream().map(r -> r.getMetadata().getUid()).collect(Collectors.toSet()));
    for (GenericKubernetesResource resource : all) {
      try {
        if (known.here(name(resource))) {
          settle(resource);
        }
      } catch (KubernetesClientException e) {
        // A conflict, or the API server is away: the next round sees the newest.
        LOG.debugf("experiment %s: %s", name(resource), e.getMessage());
      }
    }
  }

  private void settle(GenericKubernetesResource resource) {
    Optional<ExperimentState> state;
    try {
      state = known.find(name(resource));
    } catch (UnreadableException e) {
      // Neither asked for again nor let go: its experiment is kept as it is. Nor is it forgotten
      // that the resource was accepted as it stands: a version with other defaults relies on it.
      ObjectNode before = status(resource);
      write(
          resource,
          ResourceStatus.unreadable(before, generation(resource), e.getMessage()),
          null,
          false);
      return;
    }
    if (resource.getMetadata().getDeletionTimestamp() != null) {
      delete(resource, state);
    } else if (!resource.getFinalizers().contains(FINALIZER)) {
      finalizers(resource, true);
    } else {
      submitOrTell(resource, state);
    }
  }

  /** Its experiment is cancelled before it goes; one that is another's goes on. */
  private void delete(GenericKubernetesResource resource, Optional<ExperimentState> state) {
    boolean underWay =
        state.filter(s -> !s.status().ended()).filter(s -> ours(s, resource)).isPresent();
    if (underWay) {
      events.publish(new ExperimentCancelled(name(resource)));
    } else {
      finalizers(resource, false);
    }
  }

  private void refuse(GenericKubernetesResource resource, String reason, String message) {
    write(resource, ResourceStatus.refused(generation(resource), reason, message), null, false);
  }

  private static long generation(GenericKubernetesResource resource) {
    Long generation = resource.getMetadata().getGeneration();
    return generation == null ? 1 : generation;
  }

  private void submitOrTell(GenericKubernetesResource resource, Optional<ExperimentState> state) {
    long generation = generation(resource);
    ObjectNode before = status(resource);
    boolean accepted = ResourceStatus.tookIn(before, generation);
    ExperimentSpec spec;
    try {
      spec = spec(resource, state.filter(s -> ours(s, resource)), accepted);
    } catch (UserErrorException e) {
      refuse(resource, "Invalid", e.getMessage());
      return;
    }
    String content = content(spec);
    String request = prefix(resource) + content.substring(0, 16);
    boolean asked = request.equals(before.path("request").asText());
    // By its content: a version of this program that knows more options gives other ids.
    Optional<ExperimentState> its =
        state.filter(s -> ours(s, resource) || asked && !endedBefore(s, before));
    boolean same = its.filter(s -> content(s.spec()).equals(content)).isPresent();
    // Where another version of this program has other defaults, the resource has not changed.
    boolean unchanged = its.isPresent() && !asked && accepted;
    if (!same && !unchanged) {
      if (state.filter(s -> !s.status().ended()).isPresent()) {
        String problem =
            ours(state.get(), resource)
                ? "the spec has changed while the experiment is under way; it is taken when that has"
                    + " ended"
                : "an experiment of this name that was not made by this resource is under way";
        refuse(resource, "UnderWay", problem);
        return;
      }
      if (state.isPresent()
          && asked
          && !ours(state.get(), resource)
          && !ResourceStatus.isNew(before)) {
        String problem = "an experiment of this name was submitted by others since";
        refuse(resource, "Replaced", problem);
        return;
      }
      events.publish(new ExperimentRequested(request, name(resource), Event.now(), spec));
      write(resource, ResourceStatus.accepted(generation), request, spec.suspend());
      return;
    }
    suspend(resource, before, spec.suspend(), state.get());
    ObjectNode status = ResourceStatus.of(generation, state.get(), Instant.now());
    write(resource, status, same ? request : before.path("request").asText(), spec.suspend());
    told.tell(resource, state.get());
  }

  /** The request is still on its way: an experiment of the name had ended before it. */
  private static boolean endedBefore(ExperimentState state, ObjectNode status) {
    return state.status().ended() && ResourceStatus.isNew(status);
  }

  /** Only a change of the field asks for something: others may have paused it meanwhile. */
  private void suspend(
      GenericKubernetesResource resource, ObjectNode before, boolean now, ExperimentState state) {
    if (before.has("suspend") && before.path("suspend").asBoolean() != now) {
      String id = prefix(resource) + resource.getMetadata().getGeneration();
      events.publish(
          now
              ? new ExperimentPaused(id, state.id(), Event.now())
              : new ExperimentResumed(id, state.id(), Event.now()));
    }
  }

  /**
   * Its spec as a document by REST, under the resource's name. What was accepted as it stands is
   * not held against the rules of this version.
   *
   * @param its the experiment that was made of it
   * @param accepted whether that was of the resource as it is now
   */
  private ExperimentSpec spec(
      GenericKubernetesResource resource, Optional<ExperimentState> its, boolean accepted) {
    Map<String, Object> fields = new LinkedHashMap<>();
    if (resource.getAdditionalProperties().get("spec") instanceof Map<?, ?> given) {
      given.forEach((key, value) -> fields.put(key.toString(), value));
    }
    String name = name(resource);
    Object own = fields.putIfAbsent("name", name);
    if (own != null && !own.equals(name)) {
      throw new UserErrorException(
          "spec.name", "found '" + own + "'", "expected the resource's name or no such field");
    }
    if (its.isPresent()) {
      ExperimentSpec again = Options.accepted(fields, ExperimentSpec.class, "spec");
      if (accepted || content(again).equals(content(its.get().spec()))) {
        return again;
      }
    }
    ExperimentSpec spec = Options.read(fields, ExperimentSpec.class, "spec");
    Bounds.require(spec, policy);
    return spec;
  }

  /** Digest of what is asked for. */
  private static String content(ExperimentSpec spec) {
    Map<String, Object> content = new LinkedHashMap<>(spec.toMap());
    content.keySet().removeAll(STEERING);
    return Json.digest(content);
  }

  private static String prefix(GenericKubernetesResource resource) {
    return "kubernetes/" + resource.getMetadata().getUid() + "/";
  }

  private static boolean ours(ExperimentState state, GenericKubernetesResource resource) {
    return state.request().startsWith(prefix(resource));
  }

  private static ObjectNode status(GenericKubernetesResource resource) {
    Object status = resource.getAdditionalProperties().get("status");
    return status == null ? Json.MAPPER.createObjectNode() : Json.MAPPER.valueToTree(status);
  }

  /** Writes what has changed; progress alone not more often than every few seconds. */
  private void write(
      GenericKubernetesResource resource, ObjectNode status, String request, boolean suspend) {
    ObjectNode before = status(resource);
    if (request != null) {
      status.put("request", request).put("suspend", suspend);
    } else {
      List.of("request", "suspend").stream()
          .filter(before::has)
          .forEach(field -> status.set(field, before.get(field)));
    }
    Instant now = Instant.now();
    ResourceStatus.timed(status, before, now);
    if (status.equals(before)) {
      return;
    }
    Instant last = written.get(resource.getMetadata().getUid());
    boolean soon = last != null && now.isBefore(last.plus(PROGRESS));
    if (soon && steps(status).equals(steps(before))) {
      return;
    }
    GenericKubernetesResource told = Serialization.clone(resource);
    told.setAdditionalProperty("status", Json.MAPPER.convertValue(status, Map.class));
    resources().resource(told).updateStatus();
    written.put(resource.getMetadata().getUid(), now);
  }

  /** What is worth telling at once. */
  private static List<Object> steps(ObjectNode status) {
    List<Object> steps = new ArrayList<>();
    for (String field : List.of("phase", "reason", "runs", "request", "suspend")) {
      steps.add(status.path(field).asText());
    }
    status.path("conditions").forEach(c -> steps.add(c.path("type") + "" + c.path("status")));
    return steps;
  }

  private void finalizers(GenericKubernetesResource resource, boolean wanted) {
    List<String> finalizers = new ArrayList<>(resource.getFinalizers());
    boolean changed = wanted ? finalizers.add(FINALIZER) : finalizers.remove(FINALIZER);
    if (changed) {
      // With its version: what another has changed meanwhile is kept, and the next round tries
      // again.
      GenericKubernetesResource changedOne = Serialization.clone(resource);
      changedOne.getMetadata().setFinalizers(finalizers);
      resources().resource(changedOne).update();
    }
  }

  private NonNamespaceOperation<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      resources() {
    return client.genericKubernetesResources(KIND).inNamespace(namespace);
  }

  private static String name(GenericKubernetesResource resource) {
    return Objects.requireNonNull(resource.getMetadata().getName());
  }
}

package org.mococxr.orchestrator.rest;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.events.ExperimentCancelled;
import org.mococxr.events.ExperimentEvent;
import org.mococxr.events.ExperimentPaused;
import org.mococxr.events.ExperimentRequested;
import org.mococxr.events.ExperimentResumed;
import org.mococxr.events.ExperimentRetried;
import org.mococxr.messaging.tracing.Tracing;
import org.mococxr.orchestrator.experiment.Bounds;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.ExperimentStatus;
import org.mococxr.orchestrator.experiment.Experiments;
import org.mococxr.orchestrator.experiment.Policy;
import org.mococxr.orchestrator.experiment.RunState;
import org.mococxr.orchestrator.experiment.UnreadableException;
import org.mococxr.orchestrator.launch.Launcher;
import org.mococxr.orchestrator.launch.LocalProcessLauncher;
import org.mococxr.orchestrator.launch.Wanted;
import org.mococxr.orchestrator.plan.Layout;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.option.Options;

/**
 * Experiments over HTTP. What is asked for here becomes an event, as if it had come by Kafka, and
 * is answered when that has been taken in.
 */
@Path("/api/experiments")
@Produces(MediaType.APPLICATION_JSON)
public class ExperimentsResource {
  private static final String METRICS = "metrics.jsonl";

  private final Replicas replicas;
  private final Policy policy;
  private final UserCommands commands;
  private final ArtifactStore store;
  private final Launcher launcher;
  private final Tracing tracing;

  ExperimentsResource(
      Replicas replicas,
      Policy policy,
      UserCommands commands,
      ArtifactStore store,
      Launcher launcher,
      Tracing tracing) {
    this.replicas = replicas;
    this.policy = policy;
    this.commands = commands;
    this.store = store;
    this.launcher = launcher;
    this.tracing = tracing;
  }

  /** Requests an experiment, in YAML or JSON; its name becomes its id. */
  @POST
  @Consumes(MediaType.WILDCARD) // curl's, unless it is told, is a form's
  public Response request(String body, @HeaderParam(Tracing.HEADER) String traceparent) {
    String text = body == null ? "" : body;
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > policy.maxSpecBytes()) {
      return ErrorView.response(
          Response.Status.REQUEST_ENTITY_TOO_LARGE,
          "the specification has %,d bytes; at most %,d (mococxr.orchestrator.max-spec-bytes)"
              .formatted(bytes, policy.maxSpecBytes()));
    }
    ExperimentSpec spec = ExperimentSpec.parse(text, "experiment");
    Bounds.require(spec, policy);
    ExperimentRequested command = new ExperimentRequested(spec.name(), spec);
    Optional<String> refusal =
        replicas.find(spec.name()).flatMap(known -> Experiments.refusal(known, command));
    if (refusal.isPresent()) {
      return ErrorView.response(Response.Status.CONFLICT, refusal.get());
    }
    try (Tracing.Traced span = tracing.start("POST /api/experiments", traceparent)) {
      span.with("mococxr.experiment", spec.name());
      commands.send(command, span.traceparent());
    }
    return Response.accepted(Map.of("id", spec.name()))
        .location(URI.create("/api/experiments/" + spec.name()))
        .build();
  }

  /** All experiments, newest first, without their runs. */
  @GET
  public List<ExperimentView> list() {
    return replicas.list();
  }

  /** One experiment with its runs. */
  @GET
  @Path("{id}")
  public ExperimentView get(@PathParam("id") String id) {
    try {
      return ExperimentView.whole(find(id), replicas.queue(id));
    } catch (UnreadableException e) {
      return replicas.unreadable(id).orElseThrow(() -> e);
    }
  }

  /** Cancels an experiment; what is done stays. */
  @DELETE
  @Path("{id}")
  public Response cancel(@PathParam("id") String id) {
    find(id);
    commands.send(new ExperimentCancelled(id), null);
    return Response.accepted(Map.of("id", id)).build();
  }

  /** Stops its runs, which go on from their last checkpoints when it is resumed. */
  @POST
  @Path("{id}/pause")
  public Response pause(@PathParam("id") String id) {
    return ask(id, !find(id).status().ended(), "has ended", new ExperimentPaused(id));
  }

  /** Goes on with a paused experiment. */
  @POST
  @Path("{id}/resume")
  public Response resume(@PathParam("id") String id) {
    return ask(id, !find(id).status().ended(), "has ended", new ExperimentResumed(id));
  }

  /** Tries the runs of a failed or cancelled experiment again that are not done. */
  @POST
  @Path("{id}/retry")
  public Response retry(@PathParam("id") String id) {
    ExperimentStatus status = find(id).status();
    boolean fits = status == ExperimentStatus.FAILED || status == ExperimentStatus.CANCELLED;
    String problem = status == ExperimentStatus.COMPLETED ? "is complete" : "is under way";
    return ask(id, fits, problem, new ExperimentRetried(id));
  }

  private Response ask(String id, boolean fits, String problem, ExperimentEvent event) {
    if (!fits) {
      return ErrorView.response(Response.Status.CONFLICT, "experiment '" + id + "' " + problem);
    }
    commands.send(event, null);
    return Response.accepted(Map.of("id", id)).build();
  }

  /** What became of it and its runs so far, in the order of time. */
  @GET
  @Path("{id}/history")
  public List<ChangeView> history(@PathParam("id") String id) {
    return ChangeView.all(find(id));
  }

  /** The experiment's report, once it is written. */
  @GET
  @Path("{id}/report")
  @Produces(MediaType.TEXT_HTML)
  public InputStream report(@PathParam("id") String id) throws IOException {
    String otherwise = "the report of '" + id + "' is not written yet";
    RunState run =
        find(id).runs().values().stream()
            .filter(known -> known.kind() == RunKind.REPORT)
            .findFirst()
            .orElseThrow(() -> notFound(otherwise));
    return open(Layout.report(run.spec()), otherwise);
  }

  /**
   * What the trainer of a run wrote to its output: kept in the run's folder by local processes, by
   * the cluster for Jobs.
   *
   * @param last so many lines of its end; all if it is not given
   */
  @GET
  @Path("{id}/runs/{run}/log")
  @Produces(MediaType.TEXT_PLAIN)
  public InputStream log(
      @PathParam("id") String id, @PathParam("run") String run, @QueryParam("last") Integer last)
      throws IOException {
    return last == null ? log(id, run) : LastLines.of(log(id, run), last);
  }

  private InputStream log(String id, String run) throws IOException {
    RunState known = run(id, run);
    URI log = ArtifactStore.child(known.spec().output(), LocalProcessLauncher.LOG_FILE);
    if (store.exists(log)) {
      return store.read(log);
    }
    return launcher
        .log(new Wanted(known.spec(), known.attempt()))
        .map(text -> new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
        .orElseThrow(() -> notFound(withoutLog(known)));
  }

  private static String withoutLog(RunState run) {
    String status = run.status().name().toLowerCase(Locale.ROOT);
    String reason = run.reason() == null ? "" : ": " + run.reason();
    return "run '%s' has no log here; it is %s%s".formatted(run.spec().run(), status, reason);
  }

  /** What a run told of its training, a line of JSON each; none before that. */
  @GET
  @Path("{id}/runs/{run}/metrics")
  @Produces("application/x-ndjson")
  public InputStream metrics(@PathParam("id") String id, @PathParam("run") String run)
      throws IOException {
    URI metrics = ArtifactStore.child(run(id, run).spec().output(), METRICS);
    return store.exists(metrics) ? store.read(metrics) : InputStream.nullInputStream();
  }

  /** What was asked for, without what holds by default or follows from the rest. */
  @GET
  @Path("{id}/spec")
  public Map<String, Object> spec(@PathParam("id") String id) {
    return Options.asked(find(id).spec());
  }

  private RunState run(String id, String run) {
    RunState known = find(id).runs().get(run);
    if (known == null) {
      throw notFound("experiment '" + id + "' has no run '" + run + "'");
    }
    return known;
  }

  private InputStream open(URI object, String otherwise) throws IOException {
    if (!store.exists(object)) {
      throw notFound(otherwise);
    }
    return store.read(object);
  }

  private ExperimentState find(String id) {
    return replicas.find(id).orElseThrow(() -> notFound("there is no experiment '" + id + "'"));
  }

  private static WebApplicationException notFound(String message) {
    return new WebApplicationException(ErrorView.response(Response.Status.NOT_FOUND, message));
  }
}

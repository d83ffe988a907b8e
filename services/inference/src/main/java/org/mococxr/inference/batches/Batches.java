package org.mococxr.inference.batches;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.artifacts.Retry;
import org.mococxr.artifacts.RetryingArtifactStore;
import org.mococxr.foundation.Causes;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.bundle.ModelDescription;
import org.mococxr.inference.bundle.VerifiedBundle;
import org.mococxr.inference.config.InferenceConfig;
import org.mococxr.inference.config.NotConfiguredException;
import org.mococxr.inference.model.BusyException;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.model.ServedModel;
import org.mococxr.inference.prediction.Predictor;
import org.mococxr.inference.protocol.Failure;
import org.mococxr.inference.protocol.RefusedException;

/** The jobs of all replicas. Off unless folders are configured. */
@Singleton
public final class Batches {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmssSSS").withZone(ZoneOffset.UTC);
  private static final String ID = "\\d{8}-\\d{9}-[0-9a-f]{8}";

  private final InferenceConfig.Batches settings;
  private final ModelRepository models;
  private final Optional<Desk> desk;
  private final AtomicLong latest = new AtomicLong();

  /** What there is where jobs are configured. */
  private record Desk(BatchRoots roots, BatchStore store, BatchRunner runner) {}

  /**
   * Jobs within {@code config}'s folders.
   *
   * @throws UserErrorException when only one of the two is configured
   */
  public Batches(
      InferenceConfig config,
      ModelRepository models,
      BundleLoader loader,
      Predictor predictor,
      MeterRegistry metrics) {
    this.settings = config.batches();
    this.models = models;
    boolean read = settings.inputs().isPresent();
    boolean written = settings.output().isPresent();
    if (written && !read || read && !written && settings.kafka().requests().isEmpty()) {
      throw new UserErrorException(
          written ? BatchRoots.INPUTS : BatchRoots.OUTPUT,
          "is not set, though the other of the two is",
          "set both " + BatchRoots.INPUTS + " and " + BatchRoots.OUTPUT);
    }
    this.desk = settings.output().map(output -> desk(config, loader, predictor, metrics));
  }

  private Desk desk(
      InferenceConfig config, BundleLoader loader, Predictor predictor, MeterRegistry metrics) {
    BatchRoots roots = new BatchRoots(settings.inputs().orElseThrow(), settings.output().get());
    ArtifactStore direct = ArtifactStore.open(roots.output());
    ArtifactStore patient = new RetryingArtifactStore(direct, Retry.forAMinute());
    BatchStore kept = new BatchStore(patient, roots.output());
    BatchRunner runner =
        new BatchRunner(
            kept,
            new BatchLeases(patient, kept.folder("leases"), settings.lease(), System::nanoTime),
            new Inputs(
                roots,
                new BatchImages(roots, config.limits().body().asLongValue()),
                new BatchStudies(predictor, config.limits().batch()),
                settings.images()),
            models,
            loader,
            metrics,
            settings.lease(),
            parallel(settings));
    return new Desk(roots, new BatchStore(direct, roots.output()), runner);
  }

  /** Plans and answers from what jobs may read. */
  private record Inputs(BatchRoots roots, BatchImages images, BatchStudies studies, int mostImages)
      implements BatchRunner.Parts {
    @Override
    public BatchPlan plan(BatchJob job) throws IOException {
      return BatchInput.plan(job, images.store(job.input()), roots, mostImages);
    }

    @Override
    public BatchTable.Row answer(BatchJob job, ServedModel model, BatchPlan.Study study)
        throws IOException, InterruptedException {
      List<BatchStudies.Image> named =
          study.images().stream().map(image -> image(image, BatchInput.name(job, image))).toList();
      try {
        return BatchTable.Row.answered(
            study, studies.answer(model, Optional.of(study.id()), named));
      } catch (UserErrorException e) {
        return BatchTable.Row.failed(study, e.getMessage());
      }
    }

    private BatchStudies.Image image(URI image, String name) {
      return new BatchStudies.Image(name, () -> images.read(image, name));
    }
  }

  /** How many studies are worked on at a time. */
  static int parallel(InferenceConfig.Batches settings) {
    return settings.parallel() > 0
        ? settings.parallel()
        : Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
  }

  void start(@Observes StartupEvent event) {
    if (desk.isEmpty()) {
      return;
    }
    try {
      desk.get().store().requireWritable();
    } catch (IOException e) {
      throw new UserErrorException(
          BatchRoots.OUTPUT,
          settings.output().orElseThrow() + " cannot be written: " + Causes.message(e),
          "a folder where this process may write",
          e);
    }
    desk.get().runner().start();
  }

  void stop(@Observes ShutdownEvent event) {
    desk.ifPresent(open -> open.runner().close());
  }

  private Desk configured() {
    return desk.orElseThrow(
        () -> new NotConfiguredException("taking batch jobs", "batches.inputs", "batches.output"));
  }

  /**
   * Accepts a job for the version of its model that is served now.
   *
   * @throws UserErrorException when it reads or writes where it may not, or its table is there
   * @throws BusyException when too many jobs are not finished
   */
  public BatchView submit(BatchRequest request) {
    Desk open = configured();
    BatchJob job = job(request, open.roots());
    return stored(
        () -> {
          requireRoom(open);
          if (!open.store().add(job)) {
            throw new UserErrorException(
                "output",
                job.output() + " is there, or another job makes it",
                "another name, or delete it first");
          }
          open.runner().wake();
          return BatchView.of(job, BatchState.queued());
        });
  }

  private BatchJob job(BatchRequest request, BatchRoots roots) {
    URI input = stored(() -> roots.input(request.input()));
    URI output = stored(() -> roots.output(request.output(), request.format().suffix()));
    VerifiedBundle bundle = served(request.model());
    ModelDescription model = bundle.description();
    Instant now = next();
    return new BatchJob(
        TIME.format(now) + "-" + UUID.randomUUID().toString().substring(0, 8),
        model.name(),
        model.version(),
        bundle.source(),
        bundle.digest(),
        model.tasks(),
        input,
        output,
        request.study(),
        request.columns(),
        request.format(),
        now);
  }

  /** The version that is served now: it may be withdrawn, or another may take over, at any time. */
  private VerifiedBundle served(String model) {
    try (ModelRepository.Lease lease = models.lease(model, Optional.empty())) {
      return lease.model().bundle();
    }
  }

  /** The time, later than that of the job before: jobs are worked on in the order of their ids. */
  private Instant next() {
    return Instant.ofEpochMilli(
        latest.updateAndGet(before -> Math.max(before + 1, System.currentTimeMillis())));
  }

  private void requireRoom(Desk open) throws IOException {
    int unfinished = 0;
    for (String id : open.store().ids()) {
      unfinished += open.runner().hasEnded(id) ? 0 : 1;
    }
    if (unfinished >= settings.jobs()) {
      throw new BusyException(unfinished + " batch jobs are not finished; try again later");
    }
  }

  /** All jobs, the newest first. */
  public List<BatchView> list() {
    Desk open = configured();
    return stored(
        () -> {
          List<BatchView> views = new ArrayList<>();
          for (String id : open.store().ids().reversed()) {
            find(open, id).ifPresent(views::add);
          }
          return views;
        });
  }

  /** One job. */
  public BatchView get(String id) {
    Desk open = configured();
    return stored(() -> find(open, id)).orElseThrow(() -> unknown(id));
  }

  private static Optional<BatchView> find(Desk open, String id) throws IOException {
    Optional<BatchJob> job = id.matches(ID) ? open.store().job(id) : Optional.empty();
    if (job.isEmpty()) {
      return Optional.empty();
    }
    Optional<BatchState> current = open.runner().current(id);
    BatchState state = current.isPresent() ? current.get() : open.store().state(id);
    return Optional.of(BatchView.of(job.get(), state));
  }

  private static RefusedException unknown(String id) {
    return new RefusedException(Failure.NOT_FOUND, "there is no batch job " + id);
  }

  /**
   * Cancels a job, or forgets one that has ended; a table that is there stays.
   *
   * @return the job as it was
   */
  public BatchView cancel(String id) {
    Desk open = configured();
    return stored(
        () -> {
          BatchView view = find(open, id).orElseThrow(() -> unknown(id));
          if (view.ended()) {
            open.store().delete(open.store().job(id).orElseThrow(() -> unknown(id)));
          } else {
            open.store().cancel(id);
            open.runner().wake();
          }
          return view;
        });
  }

  private interface Stored<T> {
    T run() throws IOException;
  }

  private static <T> T stored(Stored<T> work) {
    try {
      return work.run();
    } catch (IOException e) {
      throw new RefusedException(
          Failure.STORE, "the store of batch jobs cannot be used now: " + Causes.message(e));
    }
  }
}

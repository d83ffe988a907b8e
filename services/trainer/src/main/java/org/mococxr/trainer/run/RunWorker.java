package org.mococxr.trainer.run;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.artifacts.Provenance;
import org.mococxr.artifacts.Retry;
import org.mococxr.artifacts.RetryingArtifactStore;
import org.mococxr.artifacts.StoreUnavailableException;
import org.mococxr.foundation.AtomicFiles;
import org.mococxr.foundation.Causes;
import org.mococxr.foundation.Folders;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.ExitCodes;
import org.mococxr.specs.RunDone;
import org.mococxr.specs.RunIdentity;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;
import org.mococxr.trainer.messaging.RunReporter;

/**
 * Does one run from its specification to {@code DONE.json}. However often the same run is started,
 * and from however many processes, it is done once: a lock on the run's folder keeps a second
 * process waiting, and a folder that is done is only announced again. On several machines the last
 * attempt that begins has the run; see {@link Lease}.
 */
public final class RunWorker {
  private static final Logger LOG = Logger.getLogger(RunWorker.class);

  /** Number of the attempt of a run that no orchestrator has planned. */
  private static final int BY_HAND = 0;

  private final Map<RunKind, Workload> workloads;
  private final Map<String, String> versions;
  private final Retry retry;

  /**
   * @param workloads by kind
   * @param versions of the program and its engines, for the provenance
   */
  public RunWorker(Map<RunKind, Workload> workloads, Map<String, String> versions) {
    this(workloads, versions, Retry.forAMinute());
  }

  /** As above, with another patience with the store. */
  RunWorker(Map<RunKind, Workload> workloads, Map<String, String> versions, Retry retry) {
    this.workloads = Map.copyOf(workloads);
    this.versions = Map.copyOf(versions);
    this.retry = retry;
  }

  /** As below, by hand: whoever has the run loses it. */
  public int work(
      RunSpec spec,
      List<String> command,
      ArtifactStore store,
      RunReporter reporter,
      BooleanSupplier stop) {
    return work(spec, BY_HAND, command, store, reporter, stop);
  }

  /**
   * Works, and reports how it went.
   *
   * @param attempt from 1; a later one is never disturbed
   * @param command how to repeat the run, for the provenance
   * @return the exit code of {@link ExitCodes}
   */
  public int work(
      RunSpec spec,
      int attempt,
      List<String> command,
      ArtifactStore store,
      RunReporter reporter,
      BooleanSupplier stop) {
    try {
      if (attempt == BY_HAND) {
        spec.check();
      }
      ArtifactStore patient = new RetryingArtifactStore(store, retry);
      return workLocked(spec, attempt, command, patient, reporter, stop);
    } catch (SupersededException e) {
      reporter.failed(ExitCodes.PREEMPTED, e.getMessage());
      return ExitCodes.PREEMPTED;
    } catch (UserErrorException e) {
      reporter.failed(ExitCodes.USER_ERROR, e.getMessage());
      return ExitCodes.USER_ERROR;
    } catch (Exception e) {
      LOG.errorf(e, "run %s failed", spec.run());
      int code = exitCode(e);
      reporter.failed(code, reason(e));
      return code;
    }
  }

  /** The exit code of {@link ExitCodes} for a failure that ended a command. */
  public static int exitCode(Throwable failure) {
    if (failure instanceof UserErrorException) {
      return ExitCodes.USER_ERROR;
    }
    return StoreUnavailableException.isCauseOf(failure)
        ? ExitCodes.STORE_UNAVAILABLE
        : ExitCodes.FAULT;
  }

  private static String reason(Exception failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && !(cause instanceof StoreUnavailableException)) {
      cause = cause.getCause();
    }
    if (cause instanceof StoreUnavailableException) {
      return cause.getMessage();
    }
    String type = failure.getClass().getSimpleName();
    String said = Causes.message(failure);
    return said.equals(type) ? type : type + ": " + said;
  }

  private int workLocked(
      RunSpec spec,
      int attempt,
      List<String> command,
      ArtifactStore store,
      RunReporter reporter,
      BooleanSupplier stop)
      throws IOException {
    Workload workload = workloads.get(spec.kind());
    if (workload == null) {
      throw new UserErrorException(
          "run " + spec.run() + ", kind", "found " + spec.kind(), "expected " + workloads.keySet());
    }
    boolean inPlace = store.local(spec.output()).isPresent();
    Path folder = inPlace ? store.local(spec.output()).get() : workingFolder(spec, attempt);
    Files.createDirectories(folder);
    try (FileChannel lockFile =
            FileChannel.open(
                folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = waitFor(lockFile, spec)) {
      Optional<Lease> lease = lease(spec, attempt, store);
      if (!inPlace) {
        resumeFromStore(spec, store, folder);
      }
      try (Inputs inputs = new Inputs(spec, scratch(folder), store, retry)) {
        RunIdentity identity = RunIdentity.of(spec, InputDigests.of(spec, inputs));
        ClaimedFolder claimed = ClaimedFolder.of(folder, spec, identity);
        FinishedRuns finished = new FinishedRuns(store, spec, identity);
        Map<String, Double> figures = claimed.figures().orElse(null);
        if (figures == null) {
          reporter.started();
          figures = takenOver(spec, finished, folder, reporter, store, lease.orElseThrow());
        }
        if (figures == null) {
          Lease held = lease.orElseThrow();
          Optional<StoredCheckpoints> stored =
              inPlace
                  ? Optional.empty()
                  : Optional.of(new StoredCheckpoints(reporter, spec, store, folder, held));
          RunReporter hearing = stored.<RunReporter>map(s -> s).orElse(reporter);
          BooleanSupplier end = () -> stop.getAsBoolean() || held.lost();
          RunContext context = new RunContext(spec, folder, inputs, hearing, end);
          switch (attempt(context, command, workload, identity)) {
            case Outcome.Done done -> {
              RunDone marker = RunDone.of(spec, identity, held.attempt(), done.figures());
              finish(spec, marker, folder, store, held);
              figures = done.figures();
            }
            case Outcome.Preempted preempted -> {
              if (stored.isPresent()) {
                stored.get().save();
              }
              reporter.failed(ExitCodes.PREEMPTED, "preempted; a checkpoint is written");
              return ExitCodes.PREEMPTED;
            }
          }
        }
        finished.add();
        reporter.completed(spec.output(), figures);
      }
      if (!inPlace) {
        Folders.delete(folder);
      }
      Folders.delete(scratch(folder));
      return ExitCodes.DONE;
    }
  }

  /** Figures of a run that has done the same work, whose result is taken over; null if none has. */
  private static Map<String, Double> takenOver(
      RunSpec spec,
      FinishedRuns finished,
      Path folder,
      RunReporter reporter,
      ArtifactStore store,
      Lease lease)
      throws IOException {
    RunDone done = finished.takeOver(folder, lease.attempt()).orElse(null);
    if (done == null) {
      return null;
    }
    reporter.update("result taken over from " + done.origin().run(), 1, 1, Map.of());
    finish(spec, done, folder, store, lease);
    return done.figures();
  }

  /**
   * The right to work; empty if the run is done and only to be announced. Where an attempt has
   * finished it and come no further, its marker is written for it.
   */
  private static Optional<Lease> lease(RunSpec spec, int attempt, ArtifactStore store)
      throws IOException {
    if (store.exists(marker(spec))) {
      return Optional.empty();
    }
    Lease lease = Lease.take(store, spec.output(), attempt);
    if (lease.done().isPresent()) {
      mark(spec, lease.done().get(), store);
      return Optional.empty();
    }
    return Optional.of(lease);
  }

  /** Everything is in the store before the run counts as done, and the marker follows. */
  private static void finish(
      RunSpec spec, RunDone done, Path folder, ArtifactStore store, Lease lease)
      throws IOException {
    store.publishContent(folder, spec.output(), RunDone.FILE, lease);
    lease.commit(done);
    mark(spec, done, store);
  }

  private static URI marker(RunSpec spec) {
    return ArtifactStore.child(spec.output(), RunDone.FILE);
  }

  private static void mark(RunSpec spec, RunDone done, ArtifactStore store) throws IOException {
    store.write(marker(spec), done.toJson().getBytes(StandardCharsets.UTF_8));
  }

  /** Where copies of inputs go. */
  private static Path scratch(Path folder) {
    return folder.resolveSibling("." + folder.getFileName() + ".inputs");
  }

  /** Laid out as the store is, so that the pixel cache lies beside the runs and not within one. */
  private static Path workingFolder(RunSpec spec, int attempt) {
    return Path.of(System.getProperty("java.io.tmpdir"), "mococxr", "experiments")
        .resolve(Path.of(spec.experiment(), "runs", spec.run(), spec.digest() + "-" + attempt));
  }

  private static FileLock waitFor(FileChannel lockFile, RunSpec spec) throws IOException {
    FileLock lock = lockFile.tryLock();
    if (lock == null) {
      LOG.infof("run %s is at work in another process; waiting for it", spec.run());
      lock = lockFile.lock();
    }
    return lock;
  }

  private Outcome attempt(
      RunContext context, List<String> command, Workload workload, RunIdentity identity)
      throws IOException {
    RunSpec spec = context.spec();
    AtomicFiles.write(context.folder().resolve("spec.json"), spec.toJson());
    Provenance provenance = Provenance.capture(command, spec.seed(), versions, identity.inputs());
    Outcome outcome = workload.run(context);
    if (outcome instanceof Outcome.Done) {
      provenance.finishedNow().write(context.folder());
    }
    return outcome;
  }

  /** Fetches what earlier attempts left in the store. */
  private static void resumeFromStore(RunSpec spec, ArtifactStore store, Path folder)
      throws IOException {
    URI output = ArtifactStore.folder(spec.output());
    if (!store.content(output).isEmpty()) {
      store.fetch(output, folder);
    }
  }
}

package org.mococxr.orchestrator.launch;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.artifacts.StoreUnavailableException;
import org.mococxr.foundation.Causes;
import org.mococxr.orchestrator.config.OrchestratorConfig;
import org.mococxr.specs.ExitCodes;

/**
 * Runs trainers as processes of this machine. They outlive this process: {@code process.json} in
 * the run's folder tells a restarted orchestrator which process works for which attempt, and it
 * goes on watching that one instead of starting another. Should the note be missing, because the
 * end came between starting and writing, the lock that a trainer holds on its folder keeps the
 * second one waiting until it only has to announce the result.
 */
public final class LocalProcessLauncher implements Launcher {
  /** The trainer's output, in the run's folder. */
  public static final String LOG_FILE = "trainer.log";

  private static final Logger LOG = Logger.getLogger(LocalProcessLauncher.class);

  private final OrchestratorConfig config;
  private final ArtifactStore store;
  private final RunFolder runFolder;
  private final Outcomes outcomes;
  private final Runnable changed;
  private final AtomicLong errors = new AtomicLong();
  private final Map<String, LocalAttempt> attempts = new HashMap<>();
  private Map<String, QueuePlace> queue = Map.of();

  /**
   * @param outcomes is told how attempts ended
   * @param changed called when a process has ended and it is worth to look again
   */
  public LocalProcessLauncher(
      OrchestratorConfig config, ArtifactStore store, Outcomes outcomes, Runnable changed) {
    this.config = config;
    this.store = store;
    this.runFolder = new RunFolder(store);
    this.outcomes = outcomes;
    this.changed = changed;
  }

  @Override
  public void reconcile(Set<String> experiments, List<Wanted> wanted, Map<String, Integer> letBe) {
    Map<String, Wanted> byRun =
        wanted.stream().collect(Collectors.toMap(Wanted::key, Function.identity()));
    stopUnwanted(experiments, byRun);
    for (Wanted run : wanted) {
      try {
        settle(run);
      } catch (IOException | UncheckedIOException e) {
        errors.incrementAndGet();
        LOG.errorf(e, "run %s, attempt %d: cannot be started", run.key(), run.attempt());
        int exitCode =
            StoreUnavailableException.isCauseOf(e)
                ? ExitCodes.STORE_UNAVAILABLE
                : ExitCodes.UNKNOWN;
        publish(run, exitCode, "cannot be started: " + Causes.message(e), null);
      }
    }
    List<Wanted> waiting = wanted.stream().filter(run -> !attempts.containsKey(run.key())).toList();
    Map<String, QueuePlace> places = new HashMap<>();
    for (Wanted run : waiting) {
      places.put(
          run.key(), new QueuePlace("local.max-processes", places.size() + 1, waiting.size()));
    }
    queue = places;
  }

  @Override
  public Map<String, QueuePlace> queue() {
    return queue;
  }

  @Override
  public double errors() {
    return errors.get();
  }

  @Override
  public void close() {}

  private void stopUnwanted(Set<String> experiments, Map<String, Wanted> wanted) {
    attempts
        .values()
        .removeIf(
            attempt -> {
              Wanted now = wanted.get(attempt.wanted().key());
              boolean ours = experiments.contains(attempt.wanted().spec().experiment());
              if (!ours || (now != null && attempt.wanted().same(now))) {
                return false;
              }
              if (attempt.works()) {
                attempt.stop(config.local().stopGrace());
                return false;
              }
              return true;
            });
  }

  private void settle(Wanted run) throws IOException {
    LocalAttempt attempt = attempts.get(run.key());
    if (attempt == null) {
      attempt = findOrStart(run);
      if (attempt == null) {
        return;
      }
      attempts.put(run.key(), attempt);
    }
    if (attempt.wanted().same(run) && !attempt.works() && !attempt.published()) {
      int exitCode = attempt.exitCode();
      publish(run, exitCode, attempt.reason(exitCode), attempt);
    }
  }

  /** Null if it has to wait: for its turn, or for an older attempt to end. */
  private LocalAttempt findOrStart(Wanted run) throws IOException {
    Path folder = folder(run);
    Optional<ProcessRecord> record = ProcessRecord.read(folder);
    Optional<ProcessHandle> process = record.flatMap(ProcessRecord::process);
    if (record.isPresent() && record.get().answers(run)) {
      process.ifPresent(p -> LOG.infof("run %s: found again as process %d", run.key(), p.pid()));
      return new LocalAttempt(run, folder, record.get(), process.orElse(null), null);
    }
    if (process.isPresent()) {
      LOG.infof("run %s: an older attempt works as process %d", run.key(), process.get().pid());
      process.get().destroy();
      return null;
    }
    long working = attempts.values().stream().filter(LocalAttempt::works).count();
    return working < config.local().maxProcesses() ? start(run, folder) : null;
  }

  private LocalAttempt start(Wanted run, Path folder) throws IOException {
    String spec = runFolder.writeSpec(run).toString();
    String attempt = Integer.toString(run.attempt());
    ProcessBuilder builder =
        new ProcessBuilder(config.local().command(), "run", "--spec", spec, "--attempt", attempt)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve(LOG_FILE).toFile()));
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("QUARKUS_"));
    environment.putAll(TrainerEnvironment.of(config, run, true));
    environment.putAll(config.local().environment());
    Process process = builder.start();
    ProcessRecord record = ProcessRecord.of(run, process.toHandle());
    record.write(folder);
    process.onExit().thenRun(changed);
    LOG.infof("run %s, attempt %s: started as process %d", run.key(), attempt, process.pid());
    return new LocalAttempt(run, folder, record, process.toHandle(), process);
  }

  private void publish(Wanted run, int exitCode, String reason, LocalAttempt attempt) {
    if (attempt != null) {
      attempt.published(true);
    }
    try {
      outcomes
          .publish(runFolder.end(run, exitCode, reason))
          .whenComplete(
              (arrived, error) -> {
                if (error != null) {
                  LOG.warnf("run %s: its end could not be sent: %s", run.key(), error);
                  if (attempt != null) {
                    attempt.published(false);
                  }
                }
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The run's folder, or one of our own if the store is not on this machine. */
  private Path folder(Wanted run) throws IOException {
    Path folder =
        store
            .local(run.spec().output())
            .orElseGet(() -> config.streams().stateDir().resolve("runs").resolve(run.key()));
    return Files.createDirectories(folder);
  }
}

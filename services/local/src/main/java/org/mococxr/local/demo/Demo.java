package org.mococxr.local.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.mococxr.events.Event;
import org.mococxr.events.ExperimentCancelled;
import org.mococxr.events.ExperimentRequested;
import org.mococxr.events.ModelPublished;
import org.mococxr.events.Topics;
import org.mococxr.foundation.TaskNames;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.local.client.Commands;
import org.mococxr.local.client.InferenceClient;
import org.mococxr.local.follow.FollowedExperiment;
import org.mococxr.local.follow.Follower;
import org.mococxr.local.follow.Lines;
import org.mococxr.local.follow.Screen;
import org.mococxr.local.process.ServiceFailure;
import org.mococxr.local.process.Supervisor;
import org.mococxr.local.work.Installation;
import org.mococxr.local.work.RunningServices;
import org.mococxr.local.work.WorkFolder;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.RunKind;

/**
 * Everything once, from the images to the findings of the served model, in a work folder.
 *
 * <p>A demonstration that was stopped goes on where it was if it is started again with the same
 * options; one that came to an end is done anew, as another experiment.
 */
public final class Demo {
  private static final DateTimeFormatter ID = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

  private final Installation installation;
  private final WorkFolder work;
  private final DemoOptions options;
  private final Screen screen;

  /** Nothing happens before {@link #run}. */
  public Demo(Installation installation, WorkFolder work, DemoOptions options, Screen screen) {
    this.installation = installation;
    this.work = work;
    this.options = options;
    this.screen = screen;
  }

  /** Returns when the findings are shown and everything has been stopped. */
  public void run() throws IOException, InterruptedException {
    Instant begun = Instant.now();
    requireData();
    screen.say("Working in " + work.root());
    try (Supervisor supervisor = Supervisor.start(installation, work, screen::say)) {
      steps(supervisor);
      screen.say("Took " + Lines.clock(Duration.between(begun, Instant.now())) + ".");
    }
  }

  private void steps(Supervisor supervisor) throws IOException, InterruptedException {
    try {
      RunningServices running = supervisor.running();
      screen.say("dashboard: " + running.url("orchestrator") + "/");
      Path root = input(running);
      ExperimentSpec spec =
          ExperimentTemplate.fill(
              options.experiment(), root, options.settings(), options.task(), options.seed());
      DemoState state = submit(running, spec);
      FollowedExperiment done = follow(supervisor, state);
      state.ended().write(stateFile());
      Path report = report(done);
      predict(running, done, spec, root);
      screen.say("");
      screen.say("Report: " + report);
    } catch (IOException | RuntimeException e) {
      if (supervisor.isClosed()) {
        throw new InterruptedException("stopped"); // by Ctrl-C, which is no failure
      }
      throw e;
    }
  }

  private void requireData() {
    options
        .data()
        .filter(folder -> !Files.isDirectory(folder))
        .ifPresent(
            folder -> {
              throw UserErrorException.at(
                  folder, "is no folder", "expected a folder of chest X-rays with their labels");
            });
  }

  private Path input(RunningServices running) throws IOException, InterruptedException {
    if (options.data().isPresent()) {
      return options.data().get().toAbsolutePath().normalize();
    }
    screen.say("drawing phantom X-rays");
    return new PhantomInput(installation, running)
        .make(
            work.root().resolve("input"),
            ExperimentTemplate.read(options.phantom()),
            options.seed());
  }

  /**
   * Asks for the experiment, or again for the one that was stopped: the orchestrator knows a
   * request by its id, and takes it once.
   */
  private DemoState submit(RunningServices running, ExperimentSpec spec)
      throws IOException, InterruptedException {
    Commands commands = new Commands(running.bootstrapServers(), Topics.fromEnvironment());
    Optional<DemoState> unfinished = DemoState.read(stateFile()).filter(s -> !s.finished());
    boolean same = unfinished.filter(s -> s.spec().equals(spec.toJson())).isPresent();
    if (unfinished.isPresent() && !same) {
      screen.say("giving up experiment " + unfinished.get().experiment() + ": other options now");
      commands.send(new ExperimentCancelled(unfinished.get().experiment()));
    }
    DemoState state =
        same
            ? unfinished.get()
            : new DemoState(
                name(spec) + "-" + LocalDateTime.now().format(ID),
                Event.newId(),
                spec.toJson(),
                false);
    state.write(stateFile());
    commands.send(new ExperimentRequested(state.request(), state.experiment(), Event.now(), spec));
    screen.say((same ? "going on with" : "submitted") + " experiment " + state.experiment());
    return state;
  }

  /** Short enough that the id, with the time behind it, has at most 64 characters. */
  private static String name(ExperimentSpec spec) {
    return spec.name().substring(0, Math.min(40, spec.name().length()));
  }

  private FollowedExperiment follow(Supervisor supervisor, DemoState state)
      throws IOException, InterruptedException {
    try (Follower follower = new Follower(supervisor.running(), state.experiment(), screen)) {
      while (!follower.step()) {
        if (supervisor.failure().isCompletedExceptionally()) {
          supervisor.failure().get();
        }
      }
      return follower.experiment();
    } catch (ExecutionException e) {
      throw (ServiceFailure) e.getCause();
    } catch (UserErrorException e) {
      state.ended().write(stateFile()); // the same again would fail the same
      throw e;
    }
  }

  private static Path report(FollowedExperiment done) throws IOException {
    Path folder =
        done.output(RunKind.REPORT.word())
            .map(output -> Path.of(output.getPath()))
            .orElseThrow(() -> new IOException("the experiment is complete without a report"));
    Path report = folder.resolve("report.html");
    if (!Files.isRegularFile(report)) {
      throw new IOException("the experiment is complete, but there is no " + report);
    }
    return report;
  }

  private void predict(
      RunningServices running, FollowedExperiment done, ExperimentSpec spec, Path root)
      throws IOException, InterruptedException {
    ModelPublished model =
        done.model().orElseThrow(() -> new IOException("no model was published"));
    InferenceClient inference = new InferenceClient(running.url("inference"));
    if (!inference.awaitVersion(model.model(), model.version(), Duration.ofSeconds(60))) {
      throw new IOException(
          "the inference service does not serve version %s of %s; see %s"
              .formatted(model.version(), model.model(), work.log("inference")));
    }
    String task = spec.tasks().getFirst();
    Path manifest = Path.of(done.split().orElseThrow().manifests().get("test"));
    Optional<HeldOutXray> xray = HeldOutXray.choose(manifest, root, task);
    if (xray.isEmpty()) {
      throw new IOException("none of the images of " + manifest + " is on disk");
    }
    List<InferenceClient.Finding> findings = inference.predict(model.model(), xray.get().file());
    screen.say("");
    screen.say(
        "Asked the served model %s (version %s) about an X-ray it has never seen:"
            .formatted(model.model(), model.version()));
    screen.say("  " + xray.get().file());
    for (InferenceClient.Finding finding : findings) {
      screen.say(
          "  %s: probability %s, %s%s"
              .formatted(
                  finding.task(),
                  Lines.number(finding.probability()),
                  finding.positive() ? "found" : "not found",
                  TaskNames.same(finding.task(), task)
                      ? " (its label: " + xray.get().label().text() + ")"
                      : ""));
    }
  }

  private Path stateFile() {
    return work.root().resolve("demo.json");
  }
}

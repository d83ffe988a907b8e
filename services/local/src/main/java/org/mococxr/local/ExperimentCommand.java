package org.mococxr.local;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.local.client.OrchestratorClient;
import org.mococxr.local.client.OrchestratorClient.Change;
import org.mococxr.local.client.OrchestratorClient.Experiment;
import org.mococxr.local.client.OrchestratorClient.Run;
import org.mococxr.local.follow.Follower;
import org.mococxr.local.follow.Screen;
import org.mococxr.local.work.RunningServices;
import org.mococxr.local.work.WorkFolder;
import org.mococxr.specs.ExperimentSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Experiments of running services. */
@Command(
    name = "experiment",
    description = "Submits, lists, shows and steers experiments of running services.",
    subcommands = {
      ExperimentCommand.Submit.class,
      ExperimentCommand.ListAll.class,
      ExperimentCommand.Status.class,
      ExperimentCommand.Watch.class,
      ExperimentCommand.Pause.class,
      ExperimentCommand.Resume.class,
      ExperimentCommand.Cancel.class,
      ExperimentCommand.Retry.class,
      ExperimentCommand.Log.class,
      ExperimentCommand.History.class
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class ExperimentCommand {

  /** Which services are meant. */
  static final class Target {
    @Mixin private WorkOption work;

    @Option(
        names = {"--server", "--url"},
        paramLabel = "URL",
        defaultValue = "${env:MOCOCXR_SERVER}",
        description =
            "The orchestrator's address, also by MOCOCXR_SERVER (default: that of the work"
                + " folder's services).")
    private URI server;

    @Option(
        names = "--token",
        paramLabel = "TOKEN",
        defaultValue = "${env:MOCOCXR_TOKEN}",
        description = "Tells the orchestrator who asks; better by MOCOCXR_TOKEN.")
    private String token;

    OrchestratorClient client() {
      return new OrchestratorClient(address(), Optional.ofNullable(token));
    }

    URI address() {
      return server != null ? server : running().url("orchestrator");
    }

    boolean remote() {
      return server != null;
    }

    RunningServices running() {
      WorkFolder folder = work.folder();
      return folder
          .running()
          .filter(running -> running.supervisor().isPresent())
          .orElseThrow(
              () ->
                  UserErrorException.at(
                      folder.root(),
                      "no services run here",
                      "start them with: make up, or name others with --work or --server"));
    }
  }

  /** {@code experiment submit}. */
  @Command(
      name = "submit",
      description = "Requests an experiment and prints its id.",
      mixinStandardHelpOptions = true)
  static final class Submit implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Target target;

    @Parameters(paramLabel = "FILE", description = "The experiment, YAML or JSON.")
    private Path file;

    @Override
    public Integer call() throws IOException, InterruptedException {
      if (!Files.isRegularFile(file)) {
        throw UserErrorException.at(file, "is no file", "expected an experiment in YAML");
      }
      String text = Files.readString(file);
      ExperimentSpec.parse(text, file.toString()); // names the file and the field in its errors
      spec.commandLine().getOut().println(target.client().submit(text));
      return 0;
    }
  }

  /** {@code experiment list}. */
  @Command(
      name = "list",
      description = "Lists all experiments, the newest first.",
      mixinStandardHelpOptions = true)
  static final class ListAll implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Target target;

    @Override
    public Integer call() throws IOException, InterruptedException {
      PrintWriter out = spec.commandLine().getOut();
      List<Experiment> all = target.client().experiments();
      if (all.isEmpty()) {
        out.println("No experiments yet.");
      }
      for (Experiment experiment : all) {
        out.println(line(experiment));
      }
      return 0;
    }
  }

  /** A command about one experiment. */
  abstract static class OfOne implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Mixin Target target;

    @Parameters(index = "0", paramLabel = "ID", description = "The experiment's id.")
    String id;

    PrintWriter out() {
      return spec.commandLine().getOut();
    }
  }

  /** {@code experiment show}. */
  @Command(
      name = "show",
      aliases = "status",
      description = "Shows an experiment and its runs.",
      mixinStandardHelpOptions = true)
  static final class Status extends OfOne {
    @Override
    public Integer call() throws IOException, InterruptedException {
      PrintWriter out = out();
      Experiment experiment = target.client().experiment(id).orElseThrow(() -> unknown(id));
      out.println(line(experiment));
      for (Run run : experiment.runs()) {
        String told =
            Stream.of(run.queue(), run.reason())
                .filter(text -> !text.isBlank())
                .map(text -> "  " + text)
                .collect(Collectors.joining());
        out.println("  %-9s  %s%s".formatted(run.status().toLowerCase(), run.name(), told));
      }
      return 0;
    }
  }

  /** {@code experiment watch}. */
  @Command(
      name = "watch",
      description = "Shows an experiment's progress until it ends.",
      mixinStandardHelpOptions = true)
  static final class Watch extends OfOne {
    private static final Duration PAUSE = Duration.ofSeconds(2);

    @Override
    public Integer call() throws IOException, InterruptedException {
      target.client().experiment(id).orElseThrow(() -> unknown(id));
      return target.remote() ? remote() : local();
    }

    /** From afar there is only what the orchestrator tells. */
    private int remote() throws IOException, InterruptedException {
      OrchestratorClient client = target.client();
      PrintWriter out = out();
      int told = 0;
      while (true) {
        Experiment experiment = client.experiment(id).orElseThrow(() -> unknown(id));
        List<Change> history = client.history(id);
        history.stream().skip(told).forEach(change -> out.println(line(change)));
        out.flush();
        told = history.size();
        if (experiment.ended()) {
          out.println(line(experiment));
          return experiment.status().equals("COMPLETED") ? 0 : 1;
        }
        Thread.sleep(PAUSE);
      }
    }

    private int local() throws IOException, InterruptedException {
      RunningServices running = target.running();
      Logs.silent();
      Screen screen = Screen.of(out());
      try (Follower follower = new Follower(running, id, screen)) {
        while (!follower.step()) {
          // each step waits for news
        }
      }
      screen.say("Report: " + running.url("orchestrator") + "/api/experiments/" + id + "/report");
      return 0;
    }
  }

  /** Asks for a change of one experiment. */
  abstract static class Asking extends OfOne {
    abstract String ask(OrchestratorClient client) throws IOException, InterruptedException;

    @Override
    public Integer call() throws IOException, InterruptedException {
      out().println(ask(target.client()));
      return 0;
    }
  }

  /** {@code experiment pause}. */
  @Command(
      name = "pause",
      description = "Stops the runs of an experiment; they keep their checkpoints.",
      mixinStandardHelpOptions = true)
  static final class Pause extends Asking {
    @Override
    String ask(OrchestratorClient client) throws IOException, InterruptedException {
      client.pause(id);
      return "paused " + id;
    }
  }

  /** {@code experiment resume}. */
  @Command(
      name = "resume",
      description = "Goes on with a paused experiment.",
      mixinStandardHelpOptions = true)
  static final class Resume extends Asking {
    @Override
    String ask(OrchestratorClient client) throws IOException, InterruptedException {
      client.resume(id);
      return "resumed " + id;
    }
  }

  /** {@code experiment cancel}. */
  @Command(
      name = "cancel",
      description = "Cancels an experiment; what is done stays.",
      mixinStandardHelpOptions = true)
  static final class Cancel extends Asking {
    @Override
    String ask(OrchestratorClient client) throws IOException, InterruptedException {
      client.cancel(id);
      return "cancelled " + id;
    }
  }

  /** {@code experiment retry}. */
  @Command(
      name = "retry",
      description = "Tries the runs of a failed or cancelled experiment again that are not done.",
      mixinStandardHelpOptions = true)
  static final class Retry extends Asking {
    @Override
    String ask(OrchestratorClient client) throws IOException, InterruptedException {
      client.retry(id);
      return "retrying " + id;
    }
  }

  /** {@code experiment logs}. */
  @Command(
      name = "logs",
      description = "Shows what the trainer of a run wrote.",
      mixinStandardHelpOptions = true)
  static final class Log extends OfOne {
    @Parameters(index = "1", paramLabel = "RUN", description = "The run's name.")
    private String run;

    @Override
    public Integer call() throws IOException, InterruptedException {
      out().println(target.client().log(id, run).stripTrailing());
      return 0;
    }
  }

  /** {@code experiment history}. */
  @Command(
      name = "history",
      description = "Shows what became of an experiment and its runs, and why.",
      mixinStandardHelpOptions = true)
  static final class History extends OfOne {
    @Override
    public Integer call() throws IOException, InterruptedException {
      PrintWriter out = out();
      target.client().history(id).forEach(change -> out.println(line(change)));
      return 0;
    }
  }

  private static UserErrorException unknown(String id) {
    return new UserErrorException(
        "experiment " + id, "is not known", "see: mococxr experiment list");
  }

  private static String line(Change change) {
    String attempt = change.attempt() > 1 ? "  attempt " + change.attempt() : "";
    String reason = change.reason().isBlank() ? "" : "  " + change.reason();
    String whose = change.run().isBlank() ? "experiment" : change.run();
    return "%s  %-9s  %s%s%s"
        .formatted(change.at(), change.what().toLowerCase(), whose, attempt, reason);
  }

  private static String line(Experiment experiment) {
    String runs =
        experiment.runsTotal() == 0
            ? ""
            : "  %d of %d runs".formatted(experiment.runsDone(), experiment.runsTotal());
    String reason = experiment.reason().isBlank() ? "" : "  " + experiment.reason();
    return "%-9s  %s%s%s".formatted(experiment.word(), experiment.id(), runs, reason);
  }
}

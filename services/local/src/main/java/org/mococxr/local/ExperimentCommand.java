package org.mococxr.local;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.local.client.OrchestratorClient;
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
    description = "Submits, lists, shows and cancels experiments of running services.",
    subcommands = {
      ExperimentCommand.Submit.class,
      ExperimentCommand.ListAll.class,
      ExperimentCommand.Status.class,
      ExperimentCommand.Watch.class,
      ExperimentCommand.Cancel.class
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class ExperimentCommand {

  /** Which services are meant. */
  static final class Target {
    @Mixin private WorkOption work;

    @Option(
        names = "--url",
        paramLabel = "URL",
        description = "The orchestrator's address (default: that of the work folder's services).")
    private URI url;

    OrchestratorClient client() {
      return new OrchestratorClient(url != null ? url : running().url("orchestrator"));
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
                      "start them with: make up, or name others with --work or --url"));
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

  /** {@code experiment status}. */
  @Command(
      name = "status",
      description = "Shows an experiment and its runs.",
      mixinStandardHelpOptions = true)
  static final class Status implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Target target;

    @Parameters(paramLabel = "ID", description = "The experiment's id.")
    private String id;

    @Override
    public Integer call() throws IOException, InterruptedException {
      PrintWriter out = spec.commandLine().getOut();
      Experiment experiment = target.client().experiment(id).orElseThrow(() -> unknown(id));
      out.println(line(experiment));
      for (Run run : experiment.runs()) {
        out.println("  %-9s  %s".formatted(run.status().toLowerCase(), run.name()));
      }
      return 0;
    }
  }

  /** {@code experiment watch}. */
  @Command(
      name = "watch",
      description = "Shows an experiment's progress until it ends.",
      mixinStandardHelpOptions = true)
  static final class Watch implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private WorkOption work;

    @Parameters(paramLabel = "ID", description = "The experiment's id.")
    private String id;

    @Override
    public Integer call() throws IOException, InterruptedException {
      Target target = new Target();
      target.work = work;
      RunningServices running = target.running();
      target.client().experiment(id).orElseThrow(() -> unknown(id));
      Logs.silent();
      Screen screen = Screen.of(spec.commandLine().getOut());
      try (Follower follower = new Follower(running, id, screen)) {
        while (!follower.step()) {
          // each step waits for news
        }
      }
      screen.say("Report: " + running.url("orchestrator") + "/api/experiments/" + id + "/report");
      return 0;
    }
  }

  /** {@code experiment cancel}. */
  @Command(
      name = "cancel",
      description = "Cancels an experiment; what is done stays.",
      mixinStandardHelpOptions = true)
  static final class Cancel implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Target target;

    @Parameters(paramLabel = "ID", description = "The experiment's id.")
    private String id;

    @Override
    public Integer call() throws IOException, InterruptedException {
      target.client().cancel(id);
      spec.commandLine().getOut().println("cancelled " + id);
      return 0;
    }
  }

  private static UserErrorException unknown(String id) {
    return new UserErrorException(
        "experiment " + id, "is not known", "see: bin/mococxr experiment list");
  }

  private static String line(Experiment experiment) {
    String runs =
        experiment.runsTotal() == 0
            ? ""
            : "  %d of %d runs".formatted(experiment.runsDone(), experiment.runsTotal());
    String reason = experiment.reason().isBlank() ? "" : "  " + experiment.reason();
    return "%-9s  %s%s%s"
        .formatted(experiment.status().toLowerCase(), experiment.id(), runs, reason);
  }
}

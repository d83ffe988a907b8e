package org.mococxr.local;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.mococxr.local.process.Processes;
import org.mococxr.local.work.RunningServices;
import org.mococxr.local.work.WorkFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Tells what runs. */
@Command(
    name = "status",
    description = "Tells whether the services run, and where.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  /** Exit code when nothing runs, as service managers have it. */
  private static final int NOT_RUNNING = 3;

  @Spec private CommandSpec spec;
  @Mixin private WorkOption work;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    WorkFolder folder = work.folder();
    Optional<RunningServices> running = folder.running().filter(r -> r.supervisor().isPresent());
    if (running.isEmpty()) {
      out.println("Nothing runs in " + folder.root() + ".");
      return NOT_RUNNING;
    }
    out.println(running.get().ready() ? "Running." : "Starting.");
    out.println(Addresses.of(running.get()));
    out.println(
        "Processes: %d, started by %d"
            .formatted(Processes.ofSession(running.get().session()).size(), running.get().pid()));
    return 0;
  }
}

package org.mococxr.local;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.mococxr.local.process.Processes;
import org.mococxr.local.work.RunningServices;
import org.mococxr.local.work.WorkFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Stops what {@code up} left running; also what a crash left behind. */
@Command(
    name = "down",
    description = "Stops the services that 'up' started, and their training.",
    mixinStandardHelpOptions = true)
final class DownCommand implements Callable<Integer> {
  private static final Duration BOUND = Duration.ofSeconds(50);

  @Spec private CommandSpec spec;
  @Mixin private WorkOption work;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    WorkFolder folder = work.folder();
    Optional<RunningServices> running = folder.running();
    if (running.isEmpty()) {
      out.println("Nothing runs in " + folder.root() + ".");
      return 0;
    }
    List<ProcessHandle> supervisor = running.get().supervisor().stream().toList();
    List<ProcessHandle> others = Processes.ofSession(running.get().session());
    if (supervisor.isEmpty() && others.isEmpty()) {
      out.println("Nothing runs in " + folder.root() + ".");
      return 0;
    }
    out.println("Stopping …");
    Processes.stop(supervisor, BOUND);
    Processes.stopSession(running.get().session(), BOUND);
    out.println("Stopped. What was done is kept in " + folder.root() + ".");
    return 0;
  }
}

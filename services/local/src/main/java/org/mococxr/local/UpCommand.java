package org.mococxr.local;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.mococxr.local.process.ServiceFailure;
import org.mococxr.local.process.Supervisor;
import org.mococxr.local.work.Installation;
import org.mococxr.local.work.RunningServices;
import org.mococxr.local.work.WorkFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts everything and leaves it running. */
@Command(
    name = "up",
    description = "Starts Kafka and the services, prints the dashboard's address, and returns.",
    mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private WorkOption work;

  @Option(names = "--foreground", description = "Do not return: run until Ctrl-C or SIGTERM.")
  private boolean foreground;

  @Override
  public Integer call() throws Exception {
    WorkFolder folder = work.folder();
    return foreground ? run(folder) : detach(folder);
  }

  private Integer run(WorkFolder folder) throws IOException, InterruptedException {
    Logs.toFile(folder.log("kafka"));
    PrintWriter out = spec.commandLine().getOut();
    Supervisor supervisor = Supervisor.start(Installation.current(), folder, out::println);
    out.println(Addresses.of(supervisor.running()));
    try {
      supervisor.failure().get();
    } catch (ExecutionException e) {
      supervisor.close();
      throw (ServiceFailure) e.getCause();
    }
    return 0;
  }

  /** Starts this command again in the background and waits until it is ready. */
  private Integer detach(WorkFolder folder) throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Optional<RunningServices> before =
        folder.running().filter(r -> r.ready() && r.supervisor().isPresent());
    if (before.isPresent()) {
      out.println("Already running.");
      out.println(Addresses.of(before.get()));
      return 0;
    }
    Path log = folder.log("supervisor");
    Files.createDirectories(log.getParent());
    List<String> command = new ArrayList<>();
    command.add("nohup"); // closing the terminal is no reason to stop
    command.add(Installation.current().tool().toString());
    command.addAll(List.of("up", "--foreground", "--work", folder.root().toString()));
    out.println("Starting Kafka and the services in " + folder.root() + " …");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(log.toFile())
            .start();
    while (process.isAlive()) {
      Optional<RunningServices> running =
          folder.running().filter(r -> r.ready() && r.pid() == process.pid());
      if (running.isPresent()) {
        out.println(Addresses.of(running.get()));
        out.println("Stop them with: " + work.down());
        return 0;
      }
      Thread.sleep(200);
    }
    spec.commandLine().getErr().println(Files.readString(log).strip());
    return process.exitValue() == 0 ? 1 : process.exitValue();
  }
}

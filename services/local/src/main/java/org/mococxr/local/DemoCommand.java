package org.mococxr.local;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.mococxr.local.demo.Demo;
import org.mococxr.local.demo.DemoOptions;
import org.mococxr.local.follow.Screen;
import org.mococxr.local.work.Installation;
import org.mococxr.local.work.WorkFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Does everything once, from images to findings. */
@Command(
    name = "demo",
    description = {
      "Starts everything, runs one experiment on synthetic or your own X-rays, writes a report,"
          + " asks the served model about an X-ray, and stops everything. Started again after"
          + " Ctrl-C with the same options it goes on; after its end it makes a new experiment."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder of real X-rays with their labels, in any layout of docs/data.md.")
  private Path data;

  @Mixin private DataSettings settings = new DataSettings();

  @Option(
      names = "--task",
      paramLabel = "NAME",
      description = "The finding to learn: a label column (default: Pleural Effusion).")
  private String task;

  @Option(names = "--seed", paramLabel = "N", description = "Of everything random (default: 1).")
  private long seed = 1;

  @Option(names = "--work", paramLabel = "DIR", description = "Work folder (default: work/demo).")
  private Path work;

  @Option(
      names = "--experiment",
      paramLabel = "FILE",
      description = "Another experiment than experiments/demo.yaml or demo-data.yaml.")
  private Path experiment;

  @Option(
      names = "--phantom",
      paramLabel = "FILE",
      description = "Other phantoms than experiments/demo-phantom.yaml.")
  private Path phantom;

  @Override
  public Integer call() throws Exception {
    Installation installation = Installation.current();
    WorkFolder folder =
        WorkFolder.at(work == null ? installation.root().resolve("work/demo") : work);
    Logs.toFile(folder.log("kafka"));
    String template = data == null ? "demo.yaml" : "demo-data.yaml";
    DemoOptions options =
        new DemoOptions(
            Optional.ofNullable(data),
            settings.sections(),
            Optional.ofNullable(task),
            seed,
            experiment == null ? installation.experiment(template) : experiment,
            phantom == null ? installation.experiment("demo-phantom.yaml") : phantom);
    new Demo(installation, folder, options, Screen.of(spec.commandLine().getOut())).run();
    return 0;
  }
}

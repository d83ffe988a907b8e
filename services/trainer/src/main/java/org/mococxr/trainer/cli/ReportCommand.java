package org.mococxr.trainer.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.run.ReportRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** One report of what the runs of an experiment left. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Writes report.html (one self-contained page), report.json and report.csv.")
final class ReportCommand extends Told {
  @Parameters(arity = "1..*", paramLabel = "RUN", description = "Folders that finetune wrote.")
  List<Path> runs;

  @Mixin Folders.Split split;

  @Option(
      names = "--intervals",
      required = true,
      paramLabel = "FOLDER",
      description = "What intervals wrote.")
  Path intervals;

  @Option(names = "--pretrain", paramLabel = "FOLDER", description = "What pretrain wrote.")
  Path pretrain;

  @Option(names = "--export", paramLabel = "FOLDER", description = "What export wrote.")
  Path export;

  @Option(
      names = "--embed",
      paramLabel = "NAME=FOLDER",
      description = "What embed wrote of an initialisation, for example moco=work/embed-moco.")
  Map<String, Path> embed = Map.of();

  @Option(
      names = "--readers",
      paramLabel = "FILE",
      description =
          "CSV of radiologists' points: Task, Reader, Sensitivity, Specificity, Precision.")
  Path readers;

  @Mixin Folders.Out out;

  ReportCommand() {
    super(ReportRun.class, "architecture", "runs", "spec");
  }

  /** An option for each kind of run that a split alone suffices for, such as {@code --audit}. */
  @Spec
  void takeRunsOfSplit(CommandSpec spec) {
    for (RunKind kind : RunKind.ofSplit()) {
      spec.addOption(
          OptionSpec.builder("--" + kind.word())
              .paramLabel("FOLDER")
              .description("What " + kind.word() + " wrote.")
              .type(Path.class)
              .build());
    }
  }

  @Override
  public Integer call() {
    TestedFolders tested = TestedFolders.read(runs);
    ByHand run =
        new ByHand(RunKind.REPORT, out.folder, 0)
            .split(split.folder, "train")
            .input("split", split.folder)
            .input("run:intervals", intervals)
            .input("run:pretrain", pretrain)
            .input("run:export", export)
            .input("readers", readers)
            .option("architecture", tested.architecture())
            .option("runs", tested.runs())
            .options(Flags.given(command));
    for (RunKind kind : RunKind.ofSplit()) {
      Path folder = command.commandLine().getParseResult().matchedOptionValue(kind.word(), null);
      run.input("run:" + kind.word(), folder);
    }
    tested.folders().forEach((role, folder) -> run.input("run:" + role, folder));
    embed.forEach((initialisation, folder) -> run.input("embedding:" + initialisation, folder));
    return run.run();
  }
}

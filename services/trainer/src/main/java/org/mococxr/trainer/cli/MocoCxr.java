package org.mococxr.trainer.cli;

import io.quarkus.picocli.runtime.annotations.TopCommand;
import java.util.List;
import picocli.CommandLine.Command;

/** The tool {@code mococxr}; {@link Tool} adds its commands. */
@TopCommand
@Command(
    name = "mococxr",
    mixinStandardHelpOptions = true,
    versionProvider = Versions.class,
    description = {
      "Self-supervised MoCo pretraining for chest X-rays: from a folder of images and a few labels"
          + " to a pretrained encoder, a label-efficiency report and an ONNX model.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 done; 64 bad options or data; 69 the artefact store cannot be reached;"
          + " 75 stopped, goes on when started again; others: a fault."
    },
    synopsisSubcommandLabel = "COMMAND")
public final class MocoCxr {
  /** The commands with a class of their own, in the order of the help. */
  static final List<Class<?>> COMMANDS =
      List.of(
          DatasetCommand.class,
          SplitCommand.class,
          PretrainCommand.class,
          EmbedCommand.class,
          FineTuneCommand.class,
          SelectCommand.class,
          TestCommand.class,
          IntervalsCommand.class,
          ExplainCommand.class,
          ExportCommand.class,
          ReportCommand.class,
          EncoderCommand.class,
          RunCommand.class,
          DoctorCommand.class,
          CompletionCommand.class);
}

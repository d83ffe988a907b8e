package org.mococxr.trainer.cli;

import java.util.Set;
import java.util.function.Consumer;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.engine.CudaGraph;
import org.mococxr.learning.engine.DeviceChoice;
import org.mococxr.learning.engine.PyTorchLibraries;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Which PyTorch computes, and on what: of this process, whatever run it does, so that no
 * specification names it. On every command that computes.
 */
final class EngineFlags {
  private static final Set<String> COMPUTING =
      Set.of(
          "pretrain", "embed", "finetune", "select", "test", "explain", "export", "run", "doctor");

  private EngineFlags() {}

  /** Adds the flags to the commands below a command line. */
  static void addTo(CommandLine line) {
    line.getSubcommands()
        .forEach(
            (name, command) -> {
              if (COMPUTING.contains(name)) {
                add(command.getCommandSpec());
              }
              addTo(command);
            });
  }

  private static void add(CommandSpec command) {
    command.addOption(
        option("--device", "DEVICE", DeviceChoice.PROPERTY)
            .description(
                "auto, cpu, cuda or cuda:<number>. auto is every GPU where PyTorch is one for CUDA,"
                    + " and an error where that sees none. Default: what MOCOCXR_DEVICE says, else"
                    + " auto.")
            .converters(text -> checked(text, DeviceChoice::parse))
            .build());
    command.addOption(
        option("--pytorch", "FOLDER", PyTorchLibraries.PROPERTY)
            .description(
                "A PyTorch to be used instead of the one that comes with the tool: a libtorch, or a"
                    + " virtual environment with pip's. Default: what PYTORCH_LIBRARY_PATH names.")
            .build());
    command.addOption(
        option("--cuda-graphs", "RULE", CudaGraph.PROPERTY)
            .description(
                "auto or off. auto records a step of pretraining once and gives it to a GPU in one"
                    + " launch, where all of a step can be recorded. Default: what"
                    + " MOCOCXR_CUDA_GRAPHS says, else auto.")
            .converters(text -> checked(text, CudaGraph::wanted))
            .build());
  }

  private static OptionSpec.Builder option(String name, String label, String property) {
    return OptionSpec.builder(name).paramLabel(label).type(String.class).setter(property(property));
  }

  private static String checked(String text, Consumer<String> reader) {
    try {
      reader.accept(text);
      return text;
    } catch (UserErrorException e) {
      throw new CommandLine.TypeConversionException(e.problem() + " (" + e.remedy() + ")");
    }
  }

  /** PyTorch is started once in a process, long after the command line was read. */
  private static ISetter property(String name) {
    return new ISetter() {
      @Override
      public <T> T set(T value) {
        if (value != null) {
          System.setProperty(name, value.toString());
        }
        return null;
      }
    };
  }
}

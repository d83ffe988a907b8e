package org.mococxr.trainer.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.mococxr.learning.export.EncoderExport;
import org.mococxr.learning.features.Encoder;
import org.mococxr.learning.features.EncoderImport;
import org.mococxr.specs.training.ImageOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Encoders from and for other programs. */
@Command(
    name = "encoder",
    mixinStandardHelpOptions = true,
    description = "Brings encoders in from PyTorch and out to other programs.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {EncoderCommand.Import.class, EncoderCommand.Export.class})
final class EncoderCommand {

  @Command(
      name = "import",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = {
        "Makes an encoder of weights that others trained: torchvision's or a MoCo checkpoint's"
            + " .pth or .pth.tar, .safetensors or .npz. Files are read, never run."
      })
  static final class Import extends Told {
    @Parameters(paramLabel = "FILE", description = "The weights.")
    Path file;

    @Option(names = "--architecture", description = "If the file does not say, and shapes neither.")
    String architecture;

    @Option(names = "--out", required = true, paramLabel = "FOLDER")
    Path out;

    Import() {
      super(ImageOptions.class);
    }

    @Override
    public Integer call() {
      ImageOptions image = Flags.read(command, ImageOptions.class, Map.of());
      Encoder encoder = EncoderImport.orRandom(file, architecture, 0, image);
      encoder.write(out);
      System.out.println(encoder.description().architecture() + " in " + out);
      return 0;
    }
  }

  @Command(
      name = "export",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = {
        "Writes an encoder as safetensors, as a PyTorch state dict with torchvision's names"
            + " (encoder.pth), and as ONNX (features of uint8 images), which is checked in ONNX"
            + " Runtime."
      })
  static final class Export implements Callable<Integer> {
    @Parameters(paramLabel = "FOLDER", description = "What pretrain, embed or import wrote.")
    Path encoder;

    @Option(names = "--out", required = true, paramLabel = "FOLDER")
    Path out;

    @Override
    public Integer call() {
      double difference = EncoderExport.run(Encoder.read(encoder), out);
      System.out.printf(
          Locale.ROOT, "%s (ONNX differs by %.1e of the largest feature)%n", out, difference);
      return 0;
    }
  }
}

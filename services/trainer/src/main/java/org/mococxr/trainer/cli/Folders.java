package org.mococxr.trainer.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** The folders that most commands read from and write to, as mixins. */
final class Folders {
  private Folders() {}

  /** Where a run's result goes. */
  static final class Out {
    @Option(
        names = "--out",
        required = true,
        paramLabel = "FOLDER",
        description = "The run's folder.")
    Path folder;
  }

  /** The parts and draws of a data set. */
  static final class Split {
    @Option(
        names = "--split",
        required = true,
        paramLabel = "FOLDER",
        description = "What 'mococxr split' wrote.")
    Path folder;
  }

  /** A fine-tuned model. */
  static final class FineTuned {
    @Option(
        names = "--run",
        required = true,
        paramLabel = "FOLDER",
        description = "What 'mococxr finetune' wrote.")
    Path folder;
  }

  /** Fine-tuned models whose findings are joined. */
  static final class FineTunedRuns {
    @Option(
        names = "--run",
        required = true,
        paramLabel = "FOLDER",
        description = "What 'mococxr finetune' wrote. Several are joined.")
    List<Path> folders;
  }

  /** Images that need not be of a split. */
  static final class Images {
    @Option(
        names = "--root",
        paramLabel = "FOLDER",
        description =
            "What the manifest's paths are relative to. Default: what the split.json beside the"
                + " manifest names, else the manifest's folder.")
    Path root;

    @Option(
        names = "--max-rejected",
        paramLabel = "N",
        description =
            "Of a folder: how many rows or files that cannot be used are left out. Default: 0.")
    int maxRejected;
  }
}

package org.mococxr.trainer.cli;

import java.nio.file.Path;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.run.AuditRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The same picture under several patients or in several parts. */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Looks for pictures of a split that are the same, or look alike, although they are of"
          + " different patients or in different parts: audit.json, and with 'report --audit' a"
          + " section of the report."
    })
final class AuditCommand implements Told {
  @Spec CommandSpec command;

  @Mixin Folders.Split split;

  @Mixin Folders.Out out;

  @Override
  public Class<AuditRun> told() {
    return AuditRun.class;
  }

  @Override
  public Integer call() {
    Path pretrain = split.folder.resolve("pretrain.csv");
    return new ByHand(RunKind.AUDIT, out.folder, 0)
        .split(split.folder, "train")
        .input("pretrain", pretrain.toFile().isFile() ? pretrain : null)
        .options(Flags.given(command))
        .run();
  }
}

package org.mococxr.local;

import java.nio.file.Path;
import org.mococxr.local.work.Installation;
import org.mococxr.local.work.WorkFolder;
import picocli.CommandLine.Option;

/** The option that says in which folder services run. */
final class WorkOption {
  @Option(
      names = "--work",
      paramLabel = "DIR",
      description = "Folder for Kafka's data, artefacts and logs (default: work/up).")
  private Path work;

  WorkFolder folder() {
    return WorkFolder.at(work == null ? usual() : work);
  }

  /** The command that stops what runs in this folder. */
  String down() {
    Path folder = folder().root();
    return folder.equals(usual()) ? "make down" : "bin/mococxr down --work " + folder;
  }

  private static Path usual() {
    return Installation.current().root().resolve("work/up");
  }
}

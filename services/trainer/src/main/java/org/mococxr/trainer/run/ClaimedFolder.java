package org.mococxr.trainer.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mococxr.foundation.AtomicFiles;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.RunDone;
import org.mococxr.specs.RunIdentity;
import org.mococxr.specs.RunSpec;

/**
 * A run's folder, which belongs to one identity from before its first result: what another run has
 * left there is neither continued nor taken for this one's, and stays as it is.
 *
 * @param figures of the run, if it is done already
 */
record ClaimedFolder(Optional<Map<String, Double>> figures) {

  /**
   * Claims a folder for a run, or finds that it is this run's.
   *
   * @throws UserErrorException if it holds another run's result, finished or not; it names what
   *     differs
   */
  static ClaimedFolder of(Path folder, RunSpec spec, RunIdentity identity) throws IOException {
    Path done = folder.resolve(RunDone.FILE);
    if (Files.isRegularFile(done)) {
      RunDone marker = RunDone.parse(Files.readString(done), done.toString());
      requireSame(folder, spec, marker, identity);
      return new ClaimedFolder(Optional.of(marker.figures()));
    }
    Path claim = folder.resolve(RunIdentity.FILE);
    if (Files.isRegularFile(claim)) {
      RunIdentity before = RunIdentity.parse(Files.readString(claim), claim.toString());
      requireSame(folder, "part of another run", identity.differencesFrom(before));
    } else {
      AtomicFiles.write(claim, identity.toJson());
    }
    return new ClaimedFolder(Optional.empty());
  }

  private static void requireSame(Path folder, RunSpec spec, RunDone done, RunIdentity identity) {
    if (done.identity() != null) {
      requireSame(folder, "the result of another run", identity.differencesFrom(done.identity()));
    } else if (!done.answers(spec)) {
      // Written by a version that knew no more.
      requireSame(folder, "the result of another run", List.of("its specification"));
    }
  }

  private static void requireSame(Path folder, String held, List<String> differences) {
    if (!differences.isEmpty()) {
      throw UserErrorException.at(
          folder,
          "holds " + held + ": " + String.join(", ", differences),
          "give another folder or experiment name, or remove this folder");
    }
  }
}

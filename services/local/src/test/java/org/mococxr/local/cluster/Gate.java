package org.mococxr.local.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mococxr.specs.RunKind;

/**
 * What trainers of a release wait for at the end of their work: a run is at work for as long as a
 * scenario needs, on a slow machine, too, and for no longer on a fast one.
 */
final class Gate {
  private static final String FILE = "go";

  private Gate() {}

  /** Values: each run of a kind works until its own gate is opened. */
  static String before(RunKind kind) {
    return "trainer: {environment: {FAKE_WORK_MILLIS_%1$s: '400', FAKE_GATE_%1$s: %2$s}}"
        .formatted(kind, FILE);
  }

  /** Values: all runs of a kind work while the gate of the release is closed. */
  static String ofRelease(RunKind kind) {
    return "trainer: {environment: {FAKE_GATE_%s: ../../../../%s}}".formatted(kind, FILE);
  }

  /** Lets the attempts at a run end, from now on; it has been asked for. */
  static void open(Release release, String experiment, String run) throws IOException {
    Path folder = release.artifacts().resolve("experiments").resolve(experiment).resolve("runs");
    Files.writeString(folder.resolve(run).resolve(FILE), "");
  }

  /** Lets all runs end. */
  static void open(Release release) throws IOException {
    Files.writeString(release.artifacts().resolve(FILE), "");
  }

  /** Those that are at work from now on do not end. */
  static void close(Release release) throws IOException {
    Files.delete(release.artifacts().resolve(FILE));
  }
}

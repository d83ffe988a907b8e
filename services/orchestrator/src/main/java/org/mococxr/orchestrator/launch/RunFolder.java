package org.mococxr.orchestrator.launch;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.artifacts.StoreUnavailableException;
import org.mococxr.events.Event;
import org.mococxr.events.RunCompleted;
import org.mococxr.events.RunFailed;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.ExitCodes;
import org.mococxr.specs.RunDone;

/** What a launcher puts into a run's folder, and reads from it. */
final class RunFolder {
  private final ArtifactStore store;

  RunFolder(ArtifactStore store) {
    this.store = store;
  }

  /** Writes the specification for the trainer to read. */
  URI writeSpec(Wanted wanted) throws StoreUnavailableException {
    URI spec = specUri(wanted);
    try {
      store.write(spec, wanted.spec().toJson().getBytes(StandardCharsets.UTF_8));
    } catch (StoreUnavailableException e) {
      throw e;
    } catch (IOException e) {
      throw new StoreUnavailableException(spec, e);
    }
    return spec;
  }

  /** Where the specification lies. */
  static URI specUri(Wanted wanted) {
    return ArtifactStore.child(wanted.spec().output(), "spec.json");
  }

  /**
   * How an attempt ended whose trainer is gone: completed if its folder is done, whatever the exit
   * code (unless it refused the work), else failed. The trainer's own words, if it had any, are on
   * the topic before; then this event is late and changes nothing.
   */
  Event end(Wanted wanted, int exitCode, String reason) throws IOException {
    String experiment = wanted.spec().experiment();
    String run = wanted.spec().run();
    String id = String.join("/", experiment, "launcher", run, Integer.toString(wanted.attempt()));
    // A trainer that refuses a folder has read more than the marker: the inputs' contents.
    RunDone done = exitCode == ExitCodes.USER_ERROR ? null : done(wanted);
    return done == null
        ? new RunFailed(
            id,
            experiment,
            org.mococxr.events.Event.now(),
            run,
            wanted.attempt(),
            exitCode == 0 ? 1 : exitCode,
            reason)
        : new RunCompleted(
            id,
            experiment,
            org.mococxr.events.Event.now(),
            run,
            wanted.attempt(),
            wanted.spec().output(),
            done.figures());
  }

  /** The marker of the wanted work; null if it is not done. */
  private RunDone done(Wanted wanted) throws IOException {
    URI marker = ArtifactStore.child(wanted.spec().output(), RunDone.FILE);
    if (!store.exists(marker)) {
      return null;
    }
    try {
      String text = new String(store.readBytes(marker), StandardCharsets.UTF_8);
      RunDone done = RunDone.parse(text, marker.toString());
      return done.answers(wanted.spec()) ? done : null;
    } catch (UserErrorException notOurs) {
      return null;
    }
  }
}

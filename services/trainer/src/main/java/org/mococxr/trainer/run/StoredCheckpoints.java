package org.mococxr.trainer.run;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jboss.logging.Logger;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.events.RunSpec;
import org.mococxr.trainer.messaging.RunReporter;

/**
 * Copies each checkpoint to a distant store before it is announced, so that a pod whose node is
 * lost leaves it to the next one. Checkpoints that the run has dropped are dropped there too. A
 * store that cannot be reached costs the copy, never the training.
 */
final class StoredCheckpoints implements RunReporter {
  private static final Logger LOG = Logger.getLogger(StoredCheckpoints.class);
  private static final String FOLDER = "checkpoints";

  /** Written last by whoever writes a checkpoint. */
  private static final String MARKER = "state.json";

  private static final String METRICS = "metrics.jsonl";

  private final RunReporter audience;
  private final RunSpec spec;
  private final ArtifactStore store;
  private final Path folder;

  StoredCheckpoints(RunReporter audience, RunSpec spec, ArtifactStore store, Path folder) {
    this.audience = audience;
    this.spec = spec;
    this.store = store;
    this.folder = folder;
  }

  @Override
  public void checkpointed(long step, URI checkpoint) {
    URI output = ArtifactStore.folder(spec.output());
    try {
      store.publish(folder.resolve(output.relativize(checkpoint).getPath()), checkpoint, MARKER);
      if (Files.isRegularFile(folder.resolve(METRICS))) {
        store.write(ArtifactStore.child(output, METRICS), folder.resolve(METRICS));
      }
      for (URI object : store.list(ArtifactStore.child(output, FOLDER + "/"))) {
        if (!Files.exists(folder.resolve(output.relativize(object).getPath()))) {
          store.delete(object);
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.warnf(e, "run %s: the checkpoint of step %d is not in the store", spec.run(), step);
      return;
    }
    audience.checkpointed(step, checkpoint);
  }

  @Override
  public void update(String stage, long done, long total, Map<String, Double> figures) {
    audience.update(stage, done, total, figures);
  }

  @Override
  public void started() {
    audience.started();
  }

  @Override
  public void completed(URI output, Map<String, Double> figures) {
    audience.completed(output, figures);
  }

  @Override
  public void failed(int exitCode, String reason) {
    audience.failed(exitCode, reason);
  }
}

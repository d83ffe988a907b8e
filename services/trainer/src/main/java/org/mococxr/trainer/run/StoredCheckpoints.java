package org.mococxr.trainer.run;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jboss.logging.Logger;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.specs.RunSpec;
import org.mococxr.trainer.messaging.RunReporter;

/**
 * Copies each checkpoint, and what else the run has written by then, to a distant store before the
 * checkpoint is announced, so that a pod whose node is lost leaves it to the next one. What the run
 * has dropped is dropped there too. A store that cannot be reached costs the copy, never the
 * training.
 */
final class StoredCheckpoints implements RunReporter {
  private static final Logger LOG = Logger.getLogger(StoredCheckpoints.class);

  /** Of a checkpoint, written last by whoever writes one. */
  private static final String MARKER = "state.json";

  private final RunReporter audience;
  private final RunSpec spec;
  private final ArtifactStore store;
  private final Path folder;
  private final ArtifactStore.Fence fence;
  private final Map<URI, FileTime> copied = new HashMap<>();

  /**
   * @param fence asked before each change
   */
  StoredCheckpoints(
      RunReporter audience,
      RunSpec spec,
      ArtifactStore store,
      Path folder,
      ArtifactStore.Fence fence) {
    this.fence = fence;
    this.audience = audience;
    this.spec = spec;
    this.store = store;
    this.folder = folder;
  }

  @Override
  public void checkpointed(long step, URI checkpoint) {
    try {
      save();
    } catch (IOException | RuntimeException e) {
      LOG.warnf(e, "run %s: the checkpoint of step %d is not in the store", spec.run(), step);
      return;
    }
    audience.checkpointed(step, checkpoint);
  }

  /** Copies what is new; of a checkpoint its marker last. What the run has dropped is dropped. */
  void save() throws IOException {
    URI output = ArtifactStore.folder(spec.output());
    Map<URI, Path> files = files(output);
    for (boolean markers : new boolean[] {false, true}) {
      for (Map.Entry<URI, Path> file : files.entrySet()) {
        if (file.getValue().endsWith(MARKER) == markers) {
          copy(file.getKey(), file.getValue());
        }
      }
    }
    for (URI object : store.content(output)) {
      if (!files.containsKey(object)) {
        fence.hold();
        store.delete(object);
        copied.remove(object);
      }
    }
  }

  /**
   * The run's files by their place in the store; those whose names begin with a dot are nobody's.
   */
  private Map<URI, Path> files(URI output) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      Map<URI, Path> files = new TreeMap<>();
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        Path name = folder.relativize(file);
        boolean hidden =
            StreamSupport.stream(name.spliterator(), false)
                .anyMatch(part -> part.toString().startsWith("."));
        if (!hidden) {
          files.put(ArtifactStore.child(output, name.toString().replace('\\', '/')), file);
        }
      }
      return files;
    }
  }

  private void copy(URI object, Path file) throws IOException {
    FileTime written = Files.getLastModifiedTime(file);
    if (!written.equals(copied.get(object))) {
      fence.hold();
      store.write(object, file);
      copied.put(object, written);
    }
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

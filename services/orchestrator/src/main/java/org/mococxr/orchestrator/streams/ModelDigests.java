package org.mococxr.orchestrator.streams;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.events.Event;
import org.mococxr.events.ModelPublished;
import org.mococxr.foundation.Digests;

/** Adds the digest of the model file to the event that publishes it. */
public final class ModelDigests implements UnaryOperator<Event> {
  private static final Logger LOG = Logger.getLogger(ModelDigests.class);

  private final ArtifactStore store;

  /** Models lie in the store. */
  public ModelDigests(ArtifactStore store) {
    this.store = store;
  }

  @Override
  public Event apply(Event event) {
    if (!(event instanceof ModelPublished model) || !model.digest().isEmpty()) {
      return event;
    }
    URI file = ArtifactStore.child(model.bundle(), "model.onnx");
    try (InputStream in = store.read(file)) {
      return new ModelPublished(
          model.eventId(),
          model.experiment(),
          model.time(),
          model.model(),
          model.version(),
          model.bundle(),
          Digests.sha256(in));
    } catch (IOException e) {
      // Who serves it reads the file anyway and says what is wrong with it.
      LOG.warnf("the published model %s cannot be read: %s", file, e);
      return event;
    }
  }
}

package org.mococxr.inference.messaging;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.mococxr.inference.bundle.BundleCache;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.config.InferenceConfig;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.model.OnnxSessions;

/**
 * The order of a start: first the device, then the configured bundles, then the topic. A configured
 * bundle that does not load ends the start, since whoever configured it is there to read the
 * message.
 */
@Singleton
final class Startup {
  void start(
      @Observes StartupEvent event,
      InferenceConfig config,
      BundleLoader loader,
      BundleCache cache,
      ModelRepository models,
      ModelPublications publications,
      OnnxSessions sessions) {
    sessions.requireDevice();
    for (URI bundle : config.bundles().orElse(List.of())) {
      try {
        loader.load(bundle, Optional.empty(), models::serve);
      } catch (IOException e) {
        throw new UncheckedIOException("bundle " + bundle + " cannot be fetched", e);
      }
    }
    cache.prune(models.digests());
    publications.start();
  }
}

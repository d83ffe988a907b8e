package org.mococxr.events;

import java.net.URI;
import java.time.Instant;

/**
 * A bundle is ready to be served.
 *
 * @param eventId unique
 * @param experiment id
 * @param time when
 * @param model name to serve under
 * @param version of the model
 * @param bundle folder with {@code model.onnx} and {@code model.json}
 * @param digest SHA-256 of {@code model.onnx}, or empty if its publisher does not know it
 */
public record ModelPublished(
    String eventId,
    String experiment,
    Instant time,
    String model,
    String version,
    URI bundle,
    String digest)
    implements ModelEvent {
  /** A new event, now. */
  public ModelPublished(
      String experiment, String model, String version, URI bundle, String digest) {
    this(Event.newId(), experiment, Event.now(), model, version, bundle, digest);
  }
}

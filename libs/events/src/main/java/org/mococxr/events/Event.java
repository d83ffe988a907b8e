package org.mococxr.events;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/**
 * Something that happened, or a command, as it travels on Kafka. Delivery is at least once: the
 * event id tells duplicates. Fields that a newer version adds are ignored by an older one.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public sealed interface Event permits ExperimentEvent, SplitEvent, RunEvent, ModelEvent {

  /** Unique; an event that is sent again keeps it. */
  String eventId();

  /** The experiment's id: the subject, and the Kafka key of all families but models. */
  String experiment();

  /** When it happened. */
  Instant time();

  /** A fresh event id. */
  static String newId() {
    return UUID.randomUUID().toString();
  }

  /** Now, in the precision that survives the journey. */
  static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }
}

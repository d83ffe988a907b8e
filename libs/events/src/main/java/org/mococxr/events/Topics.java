package org.mococxr.events;

import java.util.List;
import java.util.Objects;

/**
 * The names of the topics: one per family of events, behind a prefix that keeps several
 * installations apart on one broker.
 *
 * @param prefix what every name begins with, for example {@value #DEFAULT_PREFIX}
 */
public record Topics(String prefix) {
  /** The prefix of an installation that sets none. */
  public static final String DEFAULT_PREFIX = "mococxr.";

  /** Environment variable by which every service and trainer learns the prefix. */
  public static final String PREFIX_VARIABLE = "MOCOCXR_TOPIC_PREFIX";

  /** Rejects a missing prefix; an empty one is allowed. */
  public Topics {
    Objects.requireNonNull(prefix);
  }

  /** The topics behind {@value #DEFAULT_PREFIX}. */
  public static Topics defaults() {
    return new Topics(DEFAULT_PREFIX);
  }

  /** The topics behind the prefix in the environment, or the default one. */
  public static Topics fromEnvironment() {
    return new Topics(System.getenv().getOrDefault(PREFIX_VARIABLE, DEFAULT_PREFIX));
  }

  /** Experiments requested and cancelled. */
  public String experiments() {
    return prefix + "experiments";
  }

  /** Splits requested, progressing, completed, failed. */
  public String splits() {
    return prefix + "splits";
  }

  /** Runs requested, pending, started, progressing, checkpointed, completed, failed, cancelled. */
  public String runs() {
    return prefix + "runs";
  }

  /** Models published and withdrawn; compacted, the key is the model's name. */
  public String models() {
    return prefix + "models";
  }

  /** Where what cannot be parsed or handled goes, with the reason in a header. */
  public String deadLetter(String topic) {
    return topic + ".dead-letter";
  }

  /** The topic on which an event travels. */
  public String of(Event event) {
    return switch (event) {
      case ExperimentEvent e -> experiments();
      case SplitEvent e -> splits();
      case RunEvent e -> runs();
      case ModelEvent e -> models();
    };
  }

  /** The Kafka key of an event: the experiment, or the model's name for models. */
  public static String key(Event event) {
    return event instanceof ModelEvent model ? model.model() : event.experiment();
  }

  /** The four families, without their dead letters. */
  public List<String> all() {
    return List.of(experiments(), splits(), runs(), models());
  }
}

package org.mococxr.events;

/** Events of the family {@code models}; their Kafka key is the model's name. */
public sealed interface ModelEvent extends Event permits ModelPublished, ModelWithdrawn {
  /** The model's name, under which it is served. */
  String model();
}

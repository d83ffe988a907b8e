package org.mococxr.inference.protocol;

import jakarta.inject.Singleton;
import org.mococxr.inference.config.InferenceConfig;
import org.mococxr.inference.model.ModelRepository;

/** What clients may do to the models of this replica, if they may do anything at all. */
@Singleton
public final class Control {
  private final ModelRepository models;
  private final boolean allowed;

  /** Allows what {@code config} allows. */
  public Control(ModelRepository models, InferenceConfig config) {
    this.models = models;
    this.allowed = config.control();
  }

  /** The protocol's word for a state. */
  public static String state(ModelRepository.State state) {
    return state.ready() ? "READY" : "UNAVAILABLE";
  }

  /** Loads a model that was unloaded. */
  public void load(String model) {
    requireAllowed();
    models.load(model);
  }

  /** Unloads a model until it is loaded again. */
  public void unload(String model) {
    requireAllowed();
    models.unload(model);
  }

  /** Forgets a model until it is published again; one that is not known is forgotten already. */
  public void withdraw(String model) {
    requireAllowed();
    models.withdraw(model);
  }

  private void requireAllowed() {
    if (!allowed) {
      throw new RefusedException(
          Failure.FORBIDDEN,
          "clients may not change what is served; mococxr.inference.control=true would allow it");
    }
  }
}

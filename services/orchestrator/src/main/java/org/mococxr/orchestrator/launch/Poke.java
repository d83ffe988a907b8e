package org.mococxr.orchestrator.launch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;

/**
 * Says that an informer has seen something: any change is worth a look.
 *
 * @param changed called after every change
 */
public record Poke<T extends HasMetadata>(Runnable changed) implements ResourceEventHandler<T> {
  @Override
  public void onAdd(T object) {
    changed.run();
  }

  @Override
  public void onUpdate(T before, T now) {
    changed.run();
  }

  @Override
  public void onDelete(T object, boolean unknown) {
    changed.run();
  }
}

package org.mococxr.inference.rest;

import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.mococxr.inference.access.Callers;

/** Asks for the caller's right wherever a path has the parameter {@code model}. */
@Singleton
public final class ModelFilter {
  /** Got at a request: filters are made before the settings are read. */
  private final Provider<Callers> callers;

  /** Finds the caller by {@code callers}. */
  public ModelFilter(Provider<Callers> callers) {
    this.callers = callers;
  }

  /** Refuses whoever may not use the model. */
  @ServerRequestFilter
  public void check(ContainerRequestContext request) {
    String model = request.getUriInfo().getPathParameters().getFirst("model");
    if (model != null) {
      callers.get().ofRest().require(model);
    }
  }
}

package org.mococxr.inference.model;

import java.util.Collection;

/** Nobody serves the model or the version that was asked for, while others are served. */
public final class UnknownModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private UnknownModelException(String message) {
    super(message);
  }

  static UnknownModelException name(String name, Collection<String> served) {
    return new UnknownModelException("model " + name + " is not served; served: " + served);
  }

  static UnknownModelException unloaded(String name) {
    return new UnknownModelException("model " + name + " is unloaded and not served until loaded");
  }

  static UnknownModelException version(String name, String version, String served) {
    return new UnknownModelException(
        "model " + name + " is served in version " + served + ", not " + version);
  }
}

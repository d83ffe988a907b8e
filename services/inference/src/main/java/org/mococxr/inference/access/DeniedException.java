package org.mococxr.inference.access;

import java.util.Set;
import java.util.TreeSet;

/** The caller may not use the model. */
public final class DeniedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean known;

  DeniedException(String model, Set<String> roles, boolean known) {
    super(
        "model "
            + model
            + " is for the roles "
            + String.join(", ", new TreeSet<>(roles))
            + (known ? "; the caller has none of them" : "; the request has no bearer token"));
    this.known = known;
  }

  /** Whether the caller has signed in; otherwise a token may help. */
  public boolean isKnown() {
    return known;
  }
}

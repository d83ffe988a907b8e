package org.mococxr.artifacts;

import java.io.IOException;
import java.net.URI;
import org.mococxr.foundation.Causes;

/**
 * The store did not do what was asked of it, however often it was asked: it cannot be reached, or
 * it answers that it cannot serve now. Never the user's error, and worth another attempt later.
 */
public final class StoreUnavailableException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * @param uri the object or folder that was wanted
   * @param cause what went wrong at the last try
   */
  public StoreUnavailableException(URI uri, IOException cause) {
    super(uri + ": the artefact store is not available: " + Causes.message(cause), cause);
  }

  /** Is such a failure, or was caused by one. */
  public static boolean isCauseOf(Throwable failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof StoreUnavailableException) {
        return true;
      }
    }
    return false;
  }
}

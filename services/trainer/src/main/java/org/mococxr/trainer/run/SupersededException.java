package org.mococxr.trainer.run;

import java.io.IOException;

/** Another attempt has taken the run over: nothing of this one counts any longer. */
final class SupersededException extends IOException {
  private static final long serialVersionUID = 1L;

  SupersededException(int attempt, String host) {
    super("attempt %d has taken the run over, on %s".formatted(attempt, host));
  }
}

package org.mococxr.local.process;

import java.nio.file.Path;
import java.util.List;

/** A service ended or did not become ready: a fault, with the service's last words. */
public final class ServiceFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ServiceFailure(String problem, Path log, List<String> tail) {
    super(problem + "; its log " + log + " ends with:\n  " + String.join("\n  ", tail));
  }
}

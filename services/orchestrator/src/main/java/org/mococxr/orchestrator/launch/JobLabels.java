package org.mococxr.orchestrator.launch;

import java.util.Map;

/** Labels of every Job and pod of an installation, and of no other. */
public final class JobLabels {
  /** Names the installation. */
  public static final String INSTANCE = "app.kubernetes.io/instance";

  static final String MANAGED_BY = "app.kubernetes.io/managed-by";
  static final String MANAGER = "mococxr-orchestrator";

  private JobLabels() {}

  /** Selects them. */
  static Map<String, String> of(String installation) {
    return Map.of(MANAGED_BY, MANAGER, INSTANCE, installation);
  }
}

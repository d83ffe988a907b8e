package org.mococxr.local;

import org.mococxr.local.work.RunningServices;

/** Where to find what runs, for people. */
final class Addresses {
  private Addresses() {}

  static String of(RunningServices running) {
    return """
        Dashboard  %s/
        Inference  %s/
        Kafka      %s
        Artefacts  %s"""
        .formatted(
            running.url("orchestrator"),
            running.url("inference"),
            running.bootstrapServers(),
            running.artifacts());
  }
}

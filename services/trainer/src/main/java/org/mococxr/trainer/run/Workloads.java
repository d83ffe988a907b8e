package org.mococxr.trainer.run;

import java.util.EnumMap;
import java.util.Map;
import org.mococxr.events.RunKind;

/** What each kind of run does. */
public final class Workloads {
  private Workloads() {}

  /** Every workload, by kind. */
  public static Map<RunKind, Workload> all() {
    Map<RunKind, Workload> workloads = new EnumMap<>(RunKind.class);
    return workloads;
  }
}

package org.mococxr.trainer.doctor;

import java.util.ArrayList;
import java.util.List;

/** Looks at everything that a run, or the services around it, need. */
public final class Doctor {
  private Doctor() {}

  /**
   * Looks; whatever is found, nothing is thrown.
   *
   * @param kafka addresses, or null
   * @param store URI of an artefact store, or null
   */
  public static List<Finding> examine(String kafka, String store) {
    List<Finding> findings = new ArrayList<>();
    findings.add(MachineChecks.java());
    findings.add(MachineChecks.memory());
    findings.addAll(MachineChecks.engine());
    findings.add(SurroundingChecks.kafka(kafka));
    findings.add(SurroundingChecks.store(store));
    findings.add(SurroundingChecks.cluster());
    return findings;
  }
}

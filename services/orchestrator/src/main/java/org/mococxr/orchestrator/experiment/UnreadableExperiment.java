package org.mococxr.orchestrator.experiment;

import java.time.Instant;
import org.mococxr.foundation.ProductVersion;

/**
 * An experiment whose stored state this version cannot read, as after a rollback. Its records are
 * kept as they are, for a version that can.
 *
 * @param id the experiment's id
 * @param requested when it was asked for; the epoch if that cannot be read either
 * @param writtenBy the version that wrote what cannot be read; null if the records do not say it
 * @param problem what cannot be read
 */
public record UnreadableExperiment(String id, Instant requested, String writtenBy, String problem) {

  /** For the user: whose state it is, what is wrong with it, and what to do. */
  public String reason() {
    return ("its state %scannot be read by version %s: %s; it is kept as it is until a version that can"
            + " read it runs")
        .formatted(
            writtenBy == null ? "" : "was written by version " + writtenBy + " and ",
            ProductVersion.CURRENT,
            problem);
  }
}

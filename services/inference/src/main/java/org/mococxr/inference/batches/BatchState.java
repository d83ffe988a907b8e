package org.mococxr.inference.batches;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;

/**
 * How far a job is.
 *
 * @param phase what becomes of it now
 * @param studies of the job; 0 until they are counted
 * @param images of the job; 0 until they are counted
 * @param done studies whose rows are kept
 * @param failed of these, those whose row has an error and no probabilities
 * @param secondsLeft until the end, as fast as it was; absent when nobody knows
 * @param reason why it waits or failed; absent otherwise
 * @param updated when this was written
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BatchState(
    Phase phase,
    int studies,
    int images,
    int done,
    int failed,
    Long secondsLeft,
    String reason,
    Instant updated) {

  /** What becomes of a job. */
  public enum Phase {
    /** No replica works on it yet. */
    @JsonProperty("queued")
    QUEUED,
    /** A replica works on it. */
    @JsonProperty("running")
    RUNNING,
    /** Something is away that may come back; it is tried again. */
    @JsonProperty("waiting")
    WAITING,
    /** The table is there. */
    @JsonProperty("completed")
    COMPLETED,
    /** It cannot be done. */
    @JsonProperty("failed")
    FAILED,
    /** Somebody cancelled it. */
    @JsonProperty("cancelled")
    CANCELLED;

    boolean ended() {
      return this == COMPLETED || this == FAILED || this == CANCELLED;
    }
  }

  static BatchState queued() {
    return new BatchState(Phase.QUEUED, 0, 0, 0, 0, null, null, Instant.now());
  }

  /** The same counts in another phase. */
  BatchState in(Phase next, String why) {
    return new BatchState(next, studies, images, done, failed, null, why, Instant.now());
  }

  /** At work, so far. */
  BatchState at(BatchPlan plan, int nowDone, int nowFailed, Long left) {
    return new BatchState(
        Phase.RUNNING,
        plan.studies(),
        plan.images(),
        nowDone,
        nowFailed,
        left,
        null,
        Instant.now());
  }
}

package org.mococxr.inference.batches;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.net.URI;
import java.time.Instant;
import java.util.List;

/**
 * A job as clients see it.
 *
 * @param id for its address
 * @param model the model's name
 * @param version the version that answers for the whole job
 * @param bundle SHA-256 of that version's {@code model.json}, hex
 * @param input a folder or a manifest
 * @param output the table, which is there when the job is completed
 * @param study which images are one study
 * @param columns of the table
 * @param format of the table
 * @param created when it was accepted
 * @param progress how far it is; its fields stand beside the others
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BatchView(
    String id,
    String model,
    String version,
    String bundle,
    URI input,
    URI output,
    BatchRequest.Studies study,
    List<BatchRequest.Column> columns,
    BatchRequest.Format format,
    Instant created,
    @JsonUnwrapped BatchState progress) {

  static BatchView of(BatchJob job, BatchState state) {
    return new BatchView(
        job.id(),
        job.model(),
        job.version(),
        job.digest(),
        job.input(),
        job.output(),
        job.study(),
        job.columns(),
        job.format(),
        job.created(),
        state);
  }

  /** Whether nothing more becomes of it. */
  public boolean ended() {
    return progress.phase().ended();
  }
}

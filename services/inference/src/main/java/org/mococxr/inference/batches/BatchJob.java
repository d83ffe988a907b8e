package org.mococxr.inference.batches;

import java.net.URI;
import java.time.Instant;
import java.util.List;

/**
 * A job as it was accepted. The model's version is fixed here, whatever is published later.
 *
 * @param id begins with the time, so that ids sort by it
 * @param model the model's name
 * @param version its version
 * @param bundle where its bundle lies
 * @param digest SHA-256 of the bundle's {@code model.json}, hex
 * @param tasks of the model, in its order
 * @param input a folder or a manifest
 * @param output the table
 * @param study which images are one study
 * @param columns of the table, in its order
 * @param format of the table
 * @param created when it was accepted
 */
record BatchJob(
    String id,
    String model,
    String version,
    URI bundle,
    String digest,
    List<String> tasks,
    URI input,
    URI output,
    BatchRequest.Studies study,
    List<BatchRequest.Column> columns,
    BatchRequest.Format format,
    Instant created) {

  BatchJob {
    tasks = List.copyOf(tasks);
    columns = columns.stream().distinct().sorted().toList();
    format = format == null ? BatchRequest.Format.CSV : format; // an earlier version's job
  }
}

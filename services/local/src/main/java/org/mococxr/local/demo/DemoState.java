package org.mococxr.local.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.mococxr.foundation.Json;

/**
 * The experiment that a work folder's demonstration began last.
 *
 * @param experiment its id
 * @param request id of the event that asked for it
 * @param spec what was asked for, as JSON
 * @param finished whether it has come to an end
 */
record DemoState(String experiment, String request, String spec, boolean finished) {
  static Optional<DemoState> read(Path file) throws IOException {
    return Files.exists(file)
        ? Optional.of(Json.MAPPER.readValue(file.toFile(), DemoState.class))
        : Optional.empty();
  }

  void write(Path file) throws IOException {
    Json.write(file, this);
  }

  DemoState ended() {
    return new DemoState(experiment, request, spec, true);
  }
}

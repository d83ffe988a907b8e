package org.mococxr.local.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * The experiment that a work folder's demonstration began last.
 *
 * @param experiment its id
 * @param request id of the event that asked for it
 * @param spec what was asked for, as JSON
 * @param finished whether it has come to an end
 */
record DemoState(String experiment, String request, String spec, boolean finished) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Optional<DemoState> read(Path file) throws IOException {
    return Files.exists(file)
        ? Optional.of(JSON.readValue(file.toFile(), DemoState.class))
        : Optional.empty();
  }

  void write(Path file) throws IOException {
    Path beside = file.resolveSibling(file.getFileName() + ".new");
    JSON.writerWithDefaultPrettyPrinter().writeValue(beside.toFile(), this);
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  DemoState ended() {
    return new DemoState(experiment, request, spec, true);
  }
}

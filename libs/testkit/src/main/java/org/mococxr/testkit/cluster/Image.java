package org.mococxr.testkit.cluster;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a container of an image is as a process.
 *
 * @param content folders of this machine by where the container sees them, read-only
 * @param workingDirectory as the container sees it
 * @param entrypoint program and first arguments
 * @param environment variables that the image sets
 */
public record Image(
    Map<String, Path> content,
    String workingDirectory,
    List<String> entrypoint,
    Map<String, String> environment) {

  /** Copies lists and maps. */
  public Image {
    content = Map.copyOf(content);
    entrypoint = List.copyOf(entrypoint);
    environment = Map.copyOf(environment);
  }
}

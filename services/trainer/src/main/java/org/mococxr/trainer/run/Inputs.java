package org.mococxr.trainer.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.RunSpec;

/**
 * What a run reads, as files and folders on this machine. What lies in a distant store is copied
 * here, once for each attempt.
 */
public final class Inputs {
  private final RunSpec spec;
  private final Path scratch;
  private final ArtifactStore store;
  private final Map<String, Path> fetched = new HashMap<>();

  /**
   * @param scratch where inputs of a distant store are copied to
   * @param store where they lie
   */
  Inputs(RunSpec spec, Path scratch, ArtifactStore store) {
    this.spec = spec;
    this.scratch = scratch;
    this.store = store;
  }

  /**
   * The input of a role, or empty if the specification has none.
   *
   * @throws UserErrorException if it is not where the specification says
   * @throws UncheckedIOException if the store fails
   */
  Optional<Path> get(String role) {
    URI uri = spec.inputs().get(role);
    return uri == null
        ? Optional.empty()
        : Optional.of(fetched.computeIfAbsent(role, r -> fetch(r, uri)));
  }

  private Path fetch(String role, URI uri) {
    try {
      // A file is read in its place, wherever the run's own folder is.
      Optional<Path> inPlace =
          "file".equals(uri.getScheme()) ? Optional.of(Path.of(uri)) : store.local(uri);
      if (inPlace.isPresent()) {
        Files.readAttributes(inPlace.get(), "isDirectory");
        return inPlace.get();
      }
      Path target = scratch.resolve(role.replace(':', '_'));
      store.fetch(uri, target);
      String path = uri.getPath();
      Path single = target.resolve(path.substring(path.lastIndexOf('/') + 1));
      return !path.endsWith("/") && Files.isRegularFile(single) ? single : target;
    } catch (NoSuchFileException e) {
      throw new UserErrorException(
          "run " + spec.run() + ", inputs." + role,
          "there is no " + (e.getFile() == null ? uri : e.getFile()),
          "expected a file or folder",
          e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + uri, e);
    }
  }
}

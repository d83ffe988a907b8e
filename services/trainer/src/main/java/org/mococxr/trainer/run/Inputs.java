package org.mococxr.trainer.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.artifacts.Retry;
import org.mococxr.artifacts.RetryingArtifactStore;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.RunSpec;

/**
 * What a run reads, as files and folders on this machine. What lies in a distant store is copied
 * here, once for each attempt.
 */
public final class Inputs implements AutoCloseable {
  private final RunSpec spec;
  private final Path scratch;
  private final ArtifactStore store;
  private final Retry retry;
  private final Map<String, ArtifactStore> others = new HashMap<>();
  private final Map<String, Path> fetched = new HashMap<>();

  /**
   * @param scratch where inputs of a distant store are copied to
   * @param store where the run's folder lies, and most inputs
   * @param retry patience with other stores
   */
  Inputs(RunSpec spec, Path scratch, ArtifactStore store, Retry retry) {
    this.spec = spec;
    this.scratch = scratch;
    this.store = store;
    this.retry = retry;
  }

  /**
   * The input of a role, or empty if the specification has none.
   *
   * @throws UserErrorException if it is not where the specification says
   * @throws UncheckedIOException if the store fails
   */
  Optional<Path> get(String role) {
    URI uri = spec.inputs().get(role);
    if (uri == null) {
      return Optional.empty();
    }
    return Optional.of(fetched.computeIfAbsent(role, r -> reading(r, () -> fetch(r, uri))));
  }

  private Path fetch(String role, URI uri) throws IOException {
    ArtifactStore holder = storeOf(uri);
    Optional<Path> inPlace = holder.local(uri);
    if (inPlace.isPresent()) {
      Files.readAttributes(
          inPlace.get(), "isDirectory"); // tells a missing file from a failing disk
      return inPlace.get();
    }
    Path target = scratch.resolve(role.replace(':', '_'));
    holder.fetch(uri, target);
    String path = uri.getPath();
    Path single = target.resolve(path.substring(path.lastIndexOf('/') + 1));
    return !path.endsWith("/") && Files.isRegularFile(single) ? single : target;
  }

  /**
   * One file of an input that is a folder, without the rest of the folder.
   *
   * @return empty if it has none of that name
   */
  Optional<String> text(String role, String name) {
    URI folder = spec.inputs().get(role);
    return reading(
        role,
        () -> {
          ArtifactStore holder = storeOf(folder);
          URI file = ArtifactStore.child(folder, name);
          return holder.exists(file)
              ? Optional.of(new String(holder.readBytes(file), StandardCharsets.UTF_8))
              : Optional.empty();
        });
  }

  /** The store that holds an input: a file is read in its place, wherever the run's folder is. */
  ArtifactStore storeOf(URI uri) {
    String scheme = String.valueOf(uri.getScheme());
    return scheme.equals(store.base().getScheme())
        ? store
        : others.computeIfAbsent(
            scheme, s -> new RetryingArtifactStore(ArtifactStore.open(uri), retry));
  }

  /** Reads something of an input. */
  @FunctionalInterface
  interface Reading<T> {
    T read() throws IOException;
  }

  /** Tells the user's error, an input that is not there, from a failure of the store. */
  <T> T reading(String role, Reading<T> reading) {
    try {
      return reading.read();
    } catch (NoSuchFileException e) {
      throw new UserErrorException(
          "run " + spec.run() + ", inputs." + role,
          "there is no " + (e.getFile() == null ? spec.inputs().get(role) : e.getFile()),
          "expected a file or folder",
          e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + spec.inputs().get(role), e);
    }
  }

  @Override
  public void close() {
    others.values().forEach(ArtifactStore::close);
  }
}

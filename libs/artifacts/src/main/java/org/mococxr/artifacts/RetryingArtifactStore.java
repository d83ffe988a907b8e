package org.mococxr.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A store that bears with another one's failures for a while: everything is repeated as {@link
 * Retry} says, whole files too when they break off half-way. What is read by {@link #read} is
 * repeated only until the stream is open.
 */
public final class RetryingArtifactStore implements ArtifactStore {
  private final ArtifactStore store;
  private final Retry retry;

  /** Closes {@code store} when it is closed. */
  public RetryingArtifactStore(ArtifactStore store, Retry retry) {
    this.store = store;
    this.retry = retry;
  }

  private interface Step {
    void run() throws IOException;
  }

  private void repeat(URI uri, Step step) throws IOException {
    retry.run(
        uri,
        () -> {
          step.run();
          return uri;
        });
  }

  @Override
  public URI base() {
    return store.base();
  }

  @Override
  public boolean exists(URI uri) throws IOException {
    return retry.run(uri, () -> store.exists(uri));
  }

  @Override
  public InputStream read(URI uri) throws IOException {
    return retry.run(uri, () -> store.read(uri));
  }

  @Override
  public byte[] readBytes(URI uri) throws IOException {
    return retry.run(uri, () -> store.readBytes(uri));
  }

  @Override
  public void copyTo(URI uri, Path file) throws IOException {
    repeat(uri, () -> store.copyTo(uri, file));
  }

  @Override
  public String digest(URI uri) throws IOException {
    return retry.run(uri, () -> store.digest(uri));
  }

  @Override
  public void write(URI uri, byte[] content) throws IOException {
    repeat(uri, () -> store.write(uri, content));
  }

  @Override
  public void write(URI uri, Path file) throws IOException {
    repeat(uri, () -> store.write(uri, file));
  }

  /** What was written though the answer was lost is found again by its content. */
  @Override
  public boolean create(URI uri, byte[] content) throws IOException {
    return retry.run(
        uri, () -> store.create(uri, content) || Arrays.equals(content, store.readBytes(uri)));
  }

  @Override
  public void delete(URI uri) throws IOException {
    repeat(uri, () -> store.delete(uri));
  }

  @Override
  public void deleteFolder(URI folder) throws IOException {
    repeat(folder, () -> store.deleteFolder(folder));
  }

  @Override
  public List<URI> list(URI folder) throws IOException {
    return retry.run(folder, () -> store.list(folder));
  }

  @Override
  public Optional<Path> local(URI uri) {
    return store.local(uri);
  }

  @Override
  public void close() {
    store.close();
  }
}

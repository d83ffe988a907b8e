package org.mococxr.inference.batches;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.artifacts.Retry;
import org.mococxr.artifacts.RetryingArtifactStore;
import org.mococxr.foundation.UserErrorException;

/** Images below the configured folders, by stores that are opened once. */
final class BatchImages {
  private final BatchRoots roots;
  private final int mostBytes;
  private final Map<String, ArtifactStore> stores = new ConcurrentHashMap<>();

  /**
   * @param mostBytes of an image
   */
  BatchImages(BatchRoots roots, long mostBytes) {
    this.roots = roots;
    this.mostBytes = (int) Math.min(Integer.MAX_VALUE - 8, mostBytes);
  }

  /** The store that holds an object. */
  ArtifactStore store(URI object) {
    String host = Objects.requireNonNullElse(object.getAuthority(), "");
    return stores.computeIfAbsent(
        object.getScheme() + "://" + host + "/",
        whole ->
            new RetryingArtifactStore(ArtifactStore.open(URI.create(whole)), Retry.forAMinute()));
  }

  /**
   * An image's bytes.
   *
   * @param name for messages
   * @throws UserErrorException when it is missing, too large or not to be read
   * @throws IOException when the store cannot be reached
   */
  byte[] read(URI image, String name) throws IOException {
    roots.requireReadable(image, name);
    requireFile(store(image).local(image), name, "a PNG, JPEG or DICOM file");
    try {
      // A stream that breaks off is read again from its beginning.
      return Retry.forAMinute().run(image, () -> whole(image, name));
    } catch (NoSuchFileException e) {
      throw new UserErrorException(name, "is missing", "a PNG, JPEG or DICOM file", e);
    } catch (AccessDeniedException e) {
      throw new UserErrorException(name, "may not be read", "the right to read it", e);
    }
  }

  /**
   * Refuses folders, pipes and what would be below a file: trying again would not help, and reading
   * a pipe need not end. What is missing passes.
   */
  static void requireFile(Optional<Path> local, String name, String expected) {
    Path path = local.orElse(null);
    if (path == null || Files.isRegularFile(path)) {
      return;
    }
    Path there = BatchRoots.existing(path);
    if (there.equals(path) || !Files.isDirectory(there)) {
      throw new UserErrorException(name, "is no file", expected);
    }
  }

  private byte[] whole(URI image, String name) throws IOException {
    try (InputStream in = store(image).read(image)) {
      byte[] bytes = in.readNBytes(mostBytes);
      if (in.read() >= 0) {
        throw new UserErrorException(
            name, "has more than " + mostBytes + " bytes", "at most mococxr.inference.limits.body");
      }
      return bytes;
    }
  }
}

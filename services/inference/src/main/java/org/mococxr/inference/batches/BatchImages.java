package org.mococxr.inference.batches;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.artifacts.Retry;
import org.mococxr.artifacts.RetryingArtifactStore;
import org.mococxr.foundation.UserErrorException;

/** Images below the configured folders, by stores that are opened once. */
final class BatchImages {
  private static final String EXPECTED = "a PNG, JPEG or DICOM file";

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
    try {
      // A stream that breaks off is read again from its beginning.
      return Retry.forAMinute().run(image, () -> whole(image, name));
    } catch (NoSuchFileException e) {
      throw new UserErrorException(name, "is missing", EXPECTED, e);
    } catch (AccessDeniedException e) {
      throw new UserErrorException(name, "may not be read", "the right to read it", e);
    }
  }

  private byte[] whole(URI image, String name) throws IOException {
    try (InputStream in = roots.open(image, store(image), name, EXPECTED)) {
      byte[] bytes = in.readNBytes(mostBytes);
      if (in.read() >= 0) {
        throw new UserErrorException(
            name, "has more than " + mostBytes + " bytes", "at most mococxr.inference.limits.body");
      }
      return bytes;
    }
  }
}

package org.mococxr.inference.bundle;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.mococxr.foundation.AtomicFiles;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.Folders;
import org.mococxr.inference.config.InferenceConfig;

/**
 * Bundles on this machine, each in a folder named by the digest of its {@code model.json}, so that
 * a restart fetches none again. Several services may share a cache. What is taken out of it is
 * verified again.
 */
@Singleton
public final class BundleCache {
  private static final Logger LOG = Logger.getLogger(BundleCache.class);
  private static final String PUBLISHED = "published";

  private final Path folder;
  private final long mostBytes;

  /** The cache in {@code config}'s folder. */
  @Inject
  public BundleCache(InferenceConfig config) {
    this(
        config
            .cache()
            .folder()
            .orElse(Path.of(System.getProperty("java.io.tmpdir"), "mococxr-bundles")),
        config.cache().size().asLongValue());
  }

  BundleCache(Path folder, long mostBytes) {
    this.folder = folder;
    this.mostBytes = mostBytes;
  }

  /** A bundle's two files. */
  record Entry(byte[] description, Path network) {}

  /** The bundle with that digest of {@code model.json}, verified; empty when it is not here. */
  Optional<Entry> find(String digest) throws IOException {
    Path bundle = folder.resolve(digest);
    Path description = bundle.resolve(BundleLoader.DESCRIPTION);
    Path network = bundle.resolve(BundleLoader.NETWORK);
    // Asked first: another service may put a whole one here meanwhile.
    boolean there = Files.exists(bundle);
    if (!Files.isRegularFile(description) || !Files.isRegularFile(network)) {
      if (there) {
        // A bundle comes here whole: what is left of one would be in the way of the next.
        Folders.delete(bundle);
      }
      return Optional.empty();
    }
    byte[] json = Files.readAllBytes(description);
    if (!Digests.sha256(json).equals(digest)
        || !ModelDescriptionReader.read(json, description.toString())
            .networkDigest()
            .equals(Digests.sha256(network))) {
      LOG.warnf("the cached bundle %s is damaged and is fetched again", bundle);
      Folders.delete(bundle);
      return Optional.empty();
    }
    Files.setLastModifiedTime(bundle, FileTime.from(Instant.now()));
    return Optional.of(new Entry(json, network));
  }

  /** The bundle that was published from that place with that digest of either file. */
  Optional<Entry> find(URI source, String published) throws IOException {
    Optional<Entry> byDescription = find(published);
    Path pointer = pointer(source, published);
    if (byDescription.isPresent() || !Files.isRegularFile(pointer)) {
      return byDescription;
    }
    String digest = Files.readString(pointer);
    return digest.matches("[0-9a-f]{64}") ? find(digest) : Optional.empty();
  }

  /** Remembers which bundle a publication means. */
  void remember(URI source, String published, String digest) throws IOException {
    Path pointer = pointer(source, published);
    Files.createDirectories(pointer.getParent());
    AtomicFiles.write(pointer, digest.getBytes(StandardCharsets.US_ASCII));
  }

  private Path pointer(URI source, String published) {
    return folder.resolve(PUBLISHED).resolve(Digests.sha256(source + " " + published));
  }

  /** A file in which a network may be put before it is known to be whole. */
  Path scratch() throws IOException {
    Files.createDirectories(folder);
    return Files.createTempFile(folder, "fetching-", ".onnx");
  }

  /**
   * Takes a verified bundle in.
   *
   * @param network a file of {@link #scratch}, which is moved
   * @return the network's place from now on
   */
  Path add(String digest, byte[] description, Path network) throws IOException {
    Path whole = folder.resolve(digest);
    Path beside = Files.createTempDirectory(folder, "adding-");
    try {
      AtomicFiles.write(beside.resolve(BundleLoader.DESCRIPTION), description);
      Files.move(network, beside.resolve(BundleLoader.NETWORK));
      Files.move(beside, whole, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | java.nio.file.DirectoryNotEmptyException e) {
      LOG.debugf("another service has cached %s meanwhile", digest);
    } catch (java.nio.file.FileSystemException e) {
      if (!Files.isDirectory(whole)) {
        throw e;
      }
    } finally {
      Folders.delete(beside);
    }
    return whole.resolve(BundleLoader.NETWORK);
  }

  /**
   * Deletes what was not used for longest until the cache is as small as it should be.
   *
   * @param kept digests of bundles that are in use
   */
  public void prune(Set<String> kept) {
    try {
      List<Path> oldestFirst = new ArrayList<>();
      try (Stream<Path> bundles = Files.list(folder)) {
        bundles
            .filter(bundle -> bundle.getFileName().toString().matches("[0-9a-f]{64}"))
            .forEach(oldestFirst::add);
      }
      oldestFirst.sort(Comparator.comparing(BundleCache::lastUsed));
      long bytes = oldestFirst.stream().mapToLong(BundleCache::size).sum();
      for (Path bundle : oldestFirst) {
        if (bytes > mostBytes && !kept.contains(bundle.getFileName().toString())) {
          bytes -= size(bundle);
          Folders.delete(bundle);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.warnf("the cache of bundles cannot be made smaller: %s", e.getMessage());
    }
  }

  private static FileTime lastUsed(Path bundle) {
    try {
      return Files.getLastModifiedTime(bundle);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long size(Path bundle) {
    try {
      return Files.size(bundle.resolve(BundleLoader.NETWORK));
    } catch (IOException e) {
      return 0; // another service deletes it
    }
  }
}

package org.mococxr.inference.bundle;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.foundation.AtomicFiles;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.config.InferenceConfig;

/**
 * Fetches bundles and holds their files against their digests. The network is copied to the cache
 * before it is verified and opened, so that what was verified is what is served.
 */
@Singleton
public final class BundleLoader {
  static final String DESCRIPTION = "model.json";
  static final String NETWORK = "model.onnx";

  private static final Predicate<String> SHA_256 =
      Pattern.compile("[0-9a-f]{64}").asMatchPredicate();

  /** Metadata of a network; provenance with thousands of digests included. */
  private static final int LARGEST_DESCRIPTION = 16 << 20;

  /**
   * What a publisher says of a bundle; its name and version take the place of the bundle's own.
   *
   * @param digest SHA-256 of {@code model.onnx}, or of {@code model.json}, which names the
   *     network's; empty when the publisher does not know it
   */
  public record Publication(String name, String version, String digest) {}

  /** What is done with a verified bundle. */
  @FunctionalInterface
  public interface Use {
    /** Takes the bundle, whose files stay where they are as long as it is in use. */
    void of(VerifiedBundle bundle);
  }

  private final Optional<URI> artifacts;
  private final BundleCache cache;

  /** Relative URIs are below the configured artefact store. */
  @Inject
  public BundleLoader(InferenceConfig config, BundleCache cache) {
    this(config.artifacts(), cache);
  }

  BundleLoader(Optional<URI> artifacts, BundleCache cache) {
    this.artifacts = artifacts.map(ArtifactStore::folder);
    this.cache = cache;
  }

  /**
   * Verifies a bundle, fetching what this machine does not have yet, and hands it to {@code use}.
   *
   * @param bundle the bundle's folder
   * @param publication under which the bundle was published, when it was
   * @throws UserErrorException when the bundle is not what it should be: trying again is no use
   * @throws IOException when the store cannot be reached
   */
  public void load(URI bundle, Optional<Publication> publication, Use use) throws IOException {
    URI folder = artifacts.map(base -> base.resolve(bundle)).orElse(bundle);
    String published =
        publication.map(p -> p.digest().toLowerCase(Locale.ROOT)).filter(SHA_256).orElse("");
    BundleCache.Entry entry =
        published.isEmpty() ? fetch(folder, published) : cache.find(folder, published).orElse(null);
    if (entry == null) {
      entry = fetch(folder, published);
      if (!published.isEmpty()) {
        cache.remember(folder, published, Digests.sha256(entry.description()));
      }
    }
    String location = ArtifactStore.child(folder, DESCRIPTION).toString();
    ModelDescription model = ModelDescriptionReader.read(entry.description(), location);
    if (publication.isPresent()) {
      model = model.publishedAs(publication.get().name(), publication.get().version());
    }
    String network = ArtifactStore.child(folder, NETWORK).toString();
    OnnxHeader.read(entry.network(), network).requireKnown(network);
    use.of(new VerifiedBundle(folder, model, Digests.sha256(entry.description()), entry.network()));
  }

  /**
   * Makes sure that the cached files of a bundle that was loaded before are whole, fetching them
   * once more if they are not.
   *
   * @throws IOException when the store cannot be reached
   */
  public void restore(VerifiedBundle bundle) throws IOException {
    if (cache.find(bundle.digest()).isEmpty()) {
      fetch(bundle.source(), bundle.digest());
    }
  }

  /** Fetches and verifies what the cache lacks. */
  private BundleCache.Entry fetch(URI folder, String published) throws IOException {
    try (ArtifactStore store = ArtifactStore.open(folder)) {
      URI description = ArtifactStore.child(folder, DESCRIPTION);
      byte[] json = descriptionBytes(store, description);
      String network = ModelDescriptionReader.read(json, description.toString()).networkDigest();
      String digest = Digests.sha256(json);
      requirePublished(folder, published, digest, network);
      Optional<BundleCache.Entry> cached = cache.find(digest);
      if (cached.isPresent()) {
        return cached.get();
      }
      Path scratch = cache.scratch();
      try {
        fetchNetwork(store, ArtifactStore.child(folder, NETWORK), scratch, network);
        return new BundleCache.Entry(json, cache.add(digest, json, scratch));
      } finally {
        Files.deleteIfExists(scratch);
      }
    }
  }

  private byte[] descriptionBytes(ArtifactStore store, URI uri) throws IOException {
    try (InputStream in = store.read(uri)) {
      byte[] json = in.readNBytes(LARGEST_DESCRIPTION + 1);
      if (json.length > LARGEST_DESCRIPTION) {
        throw new UserErrorException(
            uri.toString(), "is larger than 16 MiB", "a bundle's model.json");
      }
      return json;
    } catch (NoSuchFileException e) {
      throw missing(uri, e);
    }
  }

  private void fetchNetwork(ArtifactStore store, URI uri, Path copy, String expected)
      throws IOException {
    try (InputStream in = store.read(uri)) {
      AtomicFiles.write(copy, in::transferTo);
    } catch (NoSuchFileException e) {
      throw missing(uri, e);
    }
    String found = Digests.sha256(copy);
    if (!found.equals(expected)) {
      throw new UserErrorException(
          uri.toString(), "has SHA-256 " + found, "model.json promises " + expected);
    }
  }

  private static void requirePublished(
      URI folder, String digest, String description, String network) {
    if (!digest.isEmpty() && !digest.equals(description) && !digest.equals(network)) {
      throw new UserErrorException(
          folder.toString(),
          "model.json has SHA-256 " + description + " and promises a model.onnx with " + network,
          "the publication promises " + digest);
    }
  }

  /**
   * @throws IOException when it is the store that is missing
   */
  private UserErrorException missing(URI uri, NoSuchFileException e) throws IOException {
    requireStore(uri);
    return new UserErrorException(
        uri.toString(), "is missing", "a bundle holds model.json and model.onnx", e);
  }

  /** A store of files without any, or without its folder, is a file system that is not mounted. */
  private void requireStore(URI uri) throws IOException {
    URI store = artifacts.orElse(null);
    if (store == null
        || !"file".equals(store.getScheme())
        || !uri.getPath().startsWith(store.getPath())) {
      return;
    }
    Path folder = Path.of(store);
    if (Files.isDirectory(folder)) {
      try (Stream<Path> content = Files.list(folder)) {
        if (content.findAny().isPresent()) {
          return;
        }
      }
    }
    throw new IOException("the artefact store " + folder + " is missing or empty");
  }
}

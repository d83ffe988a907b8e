package org.mococxr.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.mococxr.foundation.AtomicFiles;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.UserErrorException;

/**
 * Where experiments, checkpoints, manifests and models live. Objects are named by absolute URIs of
 * the store's scheme; folders are prefixes that end with a slash. A single object is there whole or
 * not at all. A folder is complete when its marker object is there: the marker is written last and
 * removed first, so that whoever finds it finds the rest.
 */
public interface ArtifactStore extends AutoCloseable {

  /**
   * Opens the store that holds a URI.
   *
   * @param base {@code file:///…} or {@code s3://bucket/prefix}
   */
  static ArtifactStore open(URI base) {
    String scheme = base.getScheme() == null ? "" : base.getScheme();
    return switch (scheme) {
      case "file" -> new FileArtifactStore(base);
      case "s3" -> new S3ArtifactStore(base);
      default ->
          throw new UserErrorException(
              base.toString(),
              "no artefact store for '" + scheme + ":'",
              "expected file:///<path> or s3://<bucket>/<path>");
    };
  }

  /** The folder under which {@link #resolve} places things; ends with a slash. */
  URI base();

  /** Is there an object, or anything in the folder, of that name. */
  boolean exists(URI uri) throws IOException;

  /**
   * Opens an object.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  InputStream read(URI uri) throws IOException;

  /** Creates or replaces an object, whole or not at all. */
  void write(URI uri, byte[] content) throws IOException;

  /** Creates or replaces an object from a file, whole or not at all. */
  void write(URI uri, Path file) throws IOException;

  /**
   * Creates an object, whole or not at all, unless there is one. Of several that try at once, from
   * whatever machines, one succeeds.
   *
   * @return false if there is one already
   */
  boolean create(URI uri, byte[] content) throws IOException;

  /** Removes an object; none is no error. */
  void delete(URI uri) throws IOException;

  /** Removes all objects below a folder, at any depth; none is no error. */
  default void deleteFolder(URI folder) throws IOException {
    for (URI object : list(folder(folder))) {
      delete(object);
    }
  }

  /** All objects below a folder, at any depth, sorted; empty if there is none. */
  List<URI> list(URI folder) throws IOException;

  /** As {@link #list}, without what begins with a dot anywhere below the folder. */
  default List<URI> content(URI folder) throws IOException {
    URI parent = folder(folder);
    return list(folder).stream()
        .filter(object -> !("/" + parent.relativize(object).getPath()).contains("/."))
        .toList();
  }

  /** The file itself, when the store is this machine's file system: no copy is needed then. */
  Optional<Path> local(URI uri);

  /** Releases connections. */
  @Override
  default void close() {}

  /** A place under the base; {@code path} is relative, with slashes. */
  default URI resolve(String path) {
    return child(base(), path);
  }

  /** An object's whole content. */
  default byte[] readBytes(URI uri) throws IOException {
    try (InputStream in = read(uri)) {
      return in.readAllBytes();
    }
  }

  /** An object's SHA-256, in lower-case hexadecimal. */
  default String digest(URI uri) throws IOException {
    try (InputStream in = read(uri)) {
      return Digests.sha256(in);
    }
  }

  /**
   * Copies an object into a file, which is there whole or not at all.
   *
   * @throws IOException if the store fails
   * @throws java.io.UncheckedIOException if the file cannot be written: no failure of the store
   */
  default void copyTo(URI object, Path file) throws IOException {
    try (InputStream in = read(object)) {
      ObjectCopy.toFile(in, file);
    }
  }

  /**
   * Publishes a folder. Until the last moment the target has no marker; objects that the local
   * folder does not have are removed.
   *
   * @param localFolder what to publish
   * @param target the folder's URI
   * @param marker name of the file in {@code localFolder} that is published last, for example
   *     {@code DONE.json}
   */
  default void publish(Path localFolder, URI target, String marker) throws IOException {
    if (!Files.isRegularFile(localFolder.resolve(marker))) {
      throw new java.nio.file.NoSuchFileException(localFolder.resolve(marker).toString());
    }
    publishContent(localFolder, target, marker, () -> {});
    if (!inPlace(localFolder, target)) {
      write(child(folder(target), marker), localFolder.resolve(marker));
    }
  }

  /** Asked before each change of a folder. */
  @FunctionalInterface
  interface Fence {
    /**
     * @throws IOException if the folder is somebody else's by now
     */
    void hold() throws IOException;
  }

  /** As {@link #publish}, all but the marker. */
  default void publishContent(Path localFolder, URI target, String marker, Fence fence)
      throws IOException {
    URI folder = folder(target);
    if (inPlace(localFolder, target)) {
      return; // The work was done in place, marker last.
    }
    fence.hold();
    delete(child(folder, marker));
    List<URI> published = new ArrayList<>();
    for (Path file : files(localFolder)) {
      String name = localFolder.relativize(file).toString().replace('\\', '/');
      if (!name.equals(marker)) {
        URI object = child(folder, name);
        fence.hold();
        write(object, file);
        published.add(object);
      }
    }
    for (URI object : content(folder)) {
      if (!published.contains(object)) {
        fence.hold();
        delete(object);
      }
    }
  }

  private boolean inPlace(Path localFolder, URI target) {
    return local(folder(target))
        .map(p -> p.equals(localFolder.toAbsolutePath().normalize()))
        .orElse(false);
  }

  /** Copies a folder, or a single object, into a local folder; each file is there whole. */
  default void fetch(URI source, Path localFolder) throws IOException {
    List<URI> objects = content(folder(source));
    if (objects.isEmpty()) {
      String path = source.getPath();
      copyTo(source, localFolder.resolve(path.substring(path.lastIndexOf('/') + 1)));
      return;
    }
    for (URI object : objects) {
      copyTo(object, localFolder.resolve(folder(source).relativize(object).getPath()));
    }
  }

  /** The same URI with a slash at its end. */
  static URI folder(URI uri) {
    String text = uri.toString();
    return text.endsWith("/") ? uri : URI.create(text + "/");
  }

  /** A place below a folder; characters that a URI does not allow are escaped. */
  static URI child(URI folder, String path) {
    try {
      // Without a host a colon in the path would end a scheme.
      String raw = new URI(null, "host", "/" + path, null).getRawPath();
      return URI.create(folder(folder) + raw.substring(1));
    } catch (java.net.URISyntaxException e) {
      throw new IllegalArgumentException("not a path: " + path, e);
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile)
          .filter(f -> !AtomicFiles.isLeftover(f))
          .sorted()
          .toList();
    }
  }
}

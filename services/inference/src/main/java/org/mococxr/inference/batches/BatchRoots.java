package org.mococxr.inference.batches;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.foundation.Folders;
import org.mococxr.foundation.UserErrorException;

/**
 * The folders below which jobs may read and write, and nowhere else. A link that leads out of a
 * folder is not followed.
 */
final class BatchRoots {
  static final String INPUTS = "mococxr.inference.batches.inputs";
  static final String OUTPUT = "mococxr.inference.batches.output";
  private static final String A_URI = "a URI such as file:///data/archive/ or s3://bucket/archive/";

  private static final int LONGEST_KEY = 1024; // of S3
  private static final int LONGEST_PATH = 4095; // of Linux
  private static final int LONGEST_NAME = 255;

  /** A file that is written has a longer name until it is whole. */
  private static final int WHILE_WRITTEN = 42;

  private final List<URI> inputs;
  private final URI output;
  private final Links links;

  /** Follows links. */
  @FunctionalInterface
  interface Links {
    /**
     * @return the path without links, as far as it exists
     * @throws IOException when the file system cannot tell
     */
    Path real(Path path) throws IOException;
  }

  /**
   * @param inputs where jobs may read
   * @param output where jobs may write
   */
  BatchRoots(List<URI> inputs, URI output) {
    this(roots(inputs), root(output, OUTPUT), LinkFreePaths::real);
  }

  private BatchRoots(List<URI> inputs, URI output, Links links) {
    this.inputs = inputs;
    this.output = output;
    this.links = links;
  }

  private static List<URI> roots(List<URI> inputs) {
    return inputs.stream().map(uri -> root(uri, INPUTS)).toList();
  }

  private static URI root(URI uri, String setting) {
    boolean known = "file".equals(uri.getScheme()) || "s3".equals(uri.getScheme());
    if (!known || uri.getPath() == null || uri.getPath().isEmpty() && uri.getAuthority() == null) {
      throw new UserErrorException(
          setting, "is " + uri, "file:///<absolute path>/ or s3://<bucket>/<prefix>/");
    }
    return ArtifactStore.folder(uri);
  }

  /** Folders that are only read. */
  static BatchRoots readable(List<URI> inputs) {
    return readable(inputs, LinkFreePaths::real);
  }

  /** The same, with another way to follow links. */
  static BatchRoots readable(List<URI> inputs, Links links) {
    return new BatchRoots(roots(inputs), null, links);
  }

  /** Where jobs write. */
  URI output() {
    return output;
  }

  /**
   * A folder or a manifest that a job may read.
   *
   * @throws UserErrorException when it is none, or below no folder that is configured
   * @throws IOException when the file system cannot tell
   */
  URI input(String text) throws IOException {
    URI uri = uri("input", text, A_URI);
    requireReadable(uri, "input");
    requireNotBelowFile(uri, "input");
    if (overlaps(uri)) {
      throw new UserErrorException(
          "input", "is " + text + ", and the results lie in it", "a folder of pictures alone");
    }
    return uri;
  }

  /** Whether results lie below the folder, or the folder below them. */
  private boolean overlaps(URI input) throws IOException {
    URI folder = ArtifactStore.folder(input);
    return isWithin(output, folder) || isWithin(folder, output);
  }

  /**
   * @param place for the message
   * @return the folder that is configured
   * @throws UserErrorException unless the object is below such a folder, and can be there
   * @throws IOException when the file system cannot tell
   */
  URI requireReadable(URI object, String place) throws IOException {
    requirePossible(object, place, 0);
    for (URI root : inputs) {
      if (isWithin(object, root)) {
        return root;
      }
    }
    throw new UserErrorException(
        place, "is " + object + ", where jobs may not read", INPUTS + " allows " + inputs);
  }

  /**
   * Opens an object. What is opened is what was found to be below a folder, though somebody puts a
   * link in its place meanwhile.
   *
   * @param store holds it
   * @param place for messages
   * @param expected likewise
   * @throws UserErrorException as {@link #requireReadable}, and when it is no file
   * @throws NoSuchFileException when it is missing
   */
  InputStream open(URI object, ArtifactStore store, String place, String expected)
      throws IOException {
    URI root = requireReadable(object, place);
    Path file = store.local(object).orElse(null);
    if (file == null) {
      return store.read(object);
    }
    Path folder = links.real(Path.of(root.getPath()));
    Path real = links.real(file);
    if (!real.startsWith(folder)) { // since the line before
      throw new IOException(object + " has been replaced by a link");
    }
    requireFile(real, place, expected);
    return LinkFreePaths.open(folder, real);
  }

  /**
   * Refuses folders, pipes and what would be below a file: trying again would not help, and reading
   * a pipe need not end. What is missing passes.
   */
  private static void requireFile(Path path, String place, String expected) throws IOException {
    try {
      if (Files.readAttributes(path, BasicFileAttributes.class).isRegularFile()) {
        return;
      }
    } catch (IOException e) {
      if (!Files.isRegularFile(Folders.nearest(path))) { // it is not below a file
        if (e instanceof NoSuchFileException) {
          return;
        }
        throw e;
      }
    }
    throw new UserErrorException(place, "is no file", expected);
  }

  /**
   * The place of a table.
   *
   * @param text a path below the configured folder, or a URI there
   * @param suffix what it has to end with
   * @throws IOException when the file system cannot tell
   */
  URI output(String text, String suffix) throws IOException {
    URI uri =
        text.startsWith("file:") || text.startsWith("s3:")
            ? uri("output", text, A_URI)
            : ArtifactStore.child(output, text);
    requirePossible(uri, "output", WHILE_WRITTEN);
    String path = uri.getPath();
    boolean odd = path.contains("/.") || path.contains("//"); // hidden, or another's other name
    for (BatchRequest.Format format : BatchRequest.Format.values()) {
      odd |= path.contains(format.suffix() + "/"); // where another's table may come to be
    }
    if (!isWithin(uri, output) || odd || !path.endsWith(suffix)) {
      throw new UserErrorException(
          "output",
          "is " + text,
          "a file name that ends with "
              + suffix
              + " below "
              + output
              + " ("
              + OUTPUT
              + "), in no folder whose name ends like a table's");
    }
    requireNotBelowFile(uri, "output");
    return uri;
  }

  /** Refuses names that a store takes for its own failure: trying again would not help. */
  private static void requirePossible(URI uri, String place, int more) {
    String path = uri.getPath();
    boolean inBucket = "s3".equals(uri.getScheme());
    boolean possible =
        inBucket
            ? bytes(path) - 1 <= LONGEST_KEY
            : bytes(path) + more <= LONGEST_PATH
                && Arrays.stream(path.split("/"))
                    .allMatch(name -> bytes(name) + more <= LONGEST_NAME);
    if (!possible) {
      throw new UserErrorException(
          place,
          "has a name of " + bytes(path) + " bytes",
          inBucket
              ? "at most " + LONGEST_KEY
              : "at most "
                  + (LONGEST_NAME - more)
                  + " between two slashes, and "
                  + (LONGEST_PATH - more)
                  + " in all");
    }
  }

  private static int bytes(String name) {
    return name.getBytes(StandardCharsets.UTF_8).length;
  }

  private static void requireNotBelowFile(URI uri, String place) {
    if (!"file".equals(uri.getScheme())) {
      return;
    }
    Path parent = Path.of(uri.getPath()).getParent();
    if (parent == null) {
      return; // the root itself
    }
    Path folder = Folders.nearest(parent);
    if (!Files.isDirectory(folder)) {
      throw new UserErrorException(
          place, "is " + uri + ", and " + folder + " is a file", "a name in a folder");
    }
  }

  /**
   * Reads a URI that names an object or a folder.
   *
   * @param place for the message
   * @param expected likewise
   * @throws UserErrorException when it is none
   */
  static URI uri(String place, String text, String expected) {
    IllegalArgumentException cause = null;
    try {
      URI uri = URI.create(text);
      if (isObject(uri)) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      cause = e;
    }
    throw new UserErrorException(place, "is " + text, expected, cause);
  }

  /** Whether all of a URI names an object or folder; stores look at nothing but its path. */
  static boolean isObject(URI uri) {
    return uri.getScheme() != null
        && uri.getPath() != null
        && !uri.getPath().isEmpty()
        && uri.getQuery() == null
        && uri.getFragment() == null;
  }

  private boolean isWithin(URI uri, URI root) throws IOException {
    boolean named =
        Objects.equals(uri.getScheme(), root.getScheme())
            && Objects.equals(authority(uri), authority(root))
            && uri.getPath().startsWith(root.getPath())
            && Arrays.stream(uri.getPath().split("/"))
                .noneMatch(part -> part.equals("..") || part.equals("."))
            && uri.getPath().chars().noneMatch(Character::isISOControl);
    return named && (!"file".equals(uri.getScheme()) || reallyWithin(uri, root));
  }

  private static String authority(URI uri) {
    return uri.getAuthority() == null ? "" : uri.getAuthority();
  }

  private boolean reallyWithin(URI uri, URI root) throws IOException {
    try {
      return links.real(Path.of(uri.getPath())).startsWith(links.real(Path.of(root.getPath())));
    } catch (InvalidPathException e) {
      return false; // no file of this machine can have that name
    }
  }
}

package org.mococxr.inference.batches;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.mococxr.artifacts.ArtifactStore;
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

  /**
   * @param inputs where jobs may read
   * @param output where jobs may write
   */
  BatchRoots(List<URI> inputs, URI output) {
    this.inputs = inputs.stream().map(uri -> root(uri, INPUTS)).toList();
    this.output = root(output, OUTPUT);
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
    return new BatchRoots(inputs);
  }

  private BatchRoots(List<URI> inputs) {
    this.inputs = inputs.stream().map(uri -> root(uri, INPUTS)).toList();
    this.output = null;
  }

  /** Where jobs write. */
  URI output() {
    return output;
  }

  /**
   * A folder or a manifest that a job may read.
   *
   * @throws UserErrorException when it is none, or below no folder that is configured
   */
  URI input(String text) {
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
  private boolean overlaps(URI input) {
    URI folder = ArtifactStore.folder(input);
    return isWithin(output, folder) || isWithin(folder, output);
  }

  /**
   * @param place for the message
   * @throws UserErrorException unless the object is below a folder that is configured, and can be
   *     there
   */
  void requireReadable(URI object, String place) {
    requirePossible(object, place, 0);
    if (inputs.stream().noneMatch(root -> isWithin(object, root))) {
      throw new UserErrorException(
          place, "is " + object + ", where jobs may not read", INPUTS + " allows " + inputs);
    }
  }

  /**
   * The place of a table.
   *
   * @param text a path below the configured folder, or a URI there
   * @param suffix what it has to end with
   */
  URI output(String text, String suffix) {
    URI uri =
        text.startsWith("file:") || text.startsWith("s3:")
            ? uri("output", text, A_URI)
            : ArtifactStore.child(output, text);
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
    requirePossible(uri, "output", WHILE_WRITTEN);
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
    Path folder = existing(parent);
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

  private static boolean isWithin(URI uri, URI root) {
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

  private static boolean reallyWithin(URI uri, URI root) {
    try {
      return real(Path.of(uri.getPath())).startsWith(real(Path.of(root.getPath())));
    } catch (InvalidPathException e) {
      return false; // no file of this machine can have that name
    }
  }

  /** A path, or the nearest folder above it that is there. */
  static Path existing(Path path, LinkOption... links) {
    Path exists = path;
    while (!Files.exists(exists, links)) {
      exists = exists.getParent();
    }
    return exists;
  }

  /** Without links, as far as the path exists. */
  private static Path real(Path path) {
    Path exists = existing(path, LinkOption.NOFOLLOW_LINKS);
    try {
      return exists.toRealPath().resolve(exists.relativize(path));
    } catch (NoSuchFileException e) {
      return path.getRoot();
    } catch (IOException e) {
      if (Files.isSymbolicLink(exists)) {
        return path.getRoot(); // a link to itself
      }
      throw new UncheckedIOException(e);
    }
  }
}

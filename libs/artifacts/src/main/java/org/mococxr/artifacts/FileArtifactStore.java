package org.mococxr.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mococxr.foundation.AtomicFiles;
import org.mococxr.foundation.Folders;
import org.mococxr.foundation.UserErrorException;

/** The artefact store on a file system: this machine's, or a volume that all machines mount. */
public final class FileArtifactStore implements ArtifactStore {
  private final URI base;

  /**
   * @param base a {@code file:} URI; the folder need not exist
   */
  public FileArtifactStore(URI base) {
    this.base = ArtifactStore.folder(threeSlashes(path(base).toUri()));
  }

  @Override
  public URI base() {
    return base;
  }

  @Override
  public boolean exists(URI uri) throws IOException {
    try {
      // Files.exists would also deny what a failing disk cannot tell.
      return Files.readAttributes(path(uri), BasicFileAttributes.class) != null;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  @Override
  public InputStream read(URI uri) throws IOException {
    return Files.newInputStream(path(uri));
  }

  @Override
  public void write(URI uri, byte[] content) throws IOException {
    AtomicFiles.write(path(uri), content);
  }

  @Override
  public void write(URI uri, Path file) throws IOException {
    AtomicFiles.copy(file, path(uri));
  }

  @Override
  public boolean create(URI uri, byte[] content) throws IOException {
    return AtomicFiles.create(path(uri), content);
  }

  @Override
  public void delete(URI uri) throws IOException {
    Files.deleteIfExists(path(uri));
  }

  /** Removes the folders, too: a store of objects has none. */
  @Override
  public void deleteFolder(URI folder) throws IOException {
    try {
      Folders.delete(path(folder));
    } catch (DirectoryNotEmptyException e) {
      // Somebody wrote there at this moment; that came later.
    }
  }

  @Override
  public List<URI> list(URI folder) throws IOException {
    Path root = path(folder);
    if (!exists(folder) || !Files.isDirectory(root)) {
      return List.of();
    }
    List<URI> objects = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile() && !AtomicFiles.isLeftover(file)) {
              objects.add(threeSlashes(file.toUri()));
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            // What others are only writing, or have just deleted, goes away while we look.
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }
        });
    objects.sort(null);
    return List.copyOf(objects);
  }

  @Override
  public Optional<Path> local(URI uri) {
    return Optional.of(path(uri));
  }

  private static URI threeSlashes(URI uri) {
    return URI.create("file://" + uri.getRawPath());
  }

  private static Path path(URI uri) {
    if (!"file".equals(uri.getScheme()) || uri.getPath() == null || uri.getPath().isEmpty()) {
      throw new UserErrorException(
          uri.toString(), "not in the artefact store", "expected file:///<absolute path>");
    }
    return Path.of(uri.getPath()).toAbsolutePath().normalize();
  }
}

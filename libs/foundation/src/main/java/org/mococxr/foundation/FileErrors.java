package org.mococxr.foundation;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.zip.ZipException;

/**
 * Tells whose error it is that a file cannot be read or written. The user can mend a missing file,
 * a wrong permission and wrong content. A disk that is full, fails or is away is a fault, which
 * another attempt may not meet.
 */
public final class FileErrors {
  private static final int MOST_LINKS = 40; // of Linux

  private FileErrors() {}

  /**
   * The exception to throw for a file or folder that cannot be read.
   *
   * @param remedy what was expected, for example {@code expected a CSV file in UTF-8}
   * @return a {@link UserErrorException} or an {@link UncheckedIOException}; never null
   */
  public static RuntimeException reading(Path file, IOException e, String remedy) {
    if (e instanceof NoSuchFileException) {
      return of(file, "there is no such file", remedy, e);
    }
    // A folder in the place of a file; what happens when a folder is listed has another type.
    boolean folder = Files.isDirectory(file) && !(e instanceof FileSystemException);
    return folder
        ? new UserErrorException(file.toString(), "is a folder", remedy, e)
        : of(file, "cannot be read: " + Causes.message(e), remedy, e);
  }

  /** As above; the user's error is in the setting that names the file. */
  public static RuntimeException reading(String setting, Path file, IOException e, String remedy) {
    RuntimeException said = reading(file, e, remedy);
    return said instanceof UserErrorException user
        ? new UserErrorException(setting, file + ": " + user.problem(), remedy, e)
        : said;
  }

  /** The exception to throw for a file or folder that cannot be written; otherwise as above. */
  public static RuntimeException writing(Path file, IOException e, String remedy) {
    return of(file, "cannot be written: " + Causes.message(e), remedy, e);
  }

  private static RuntimeException of(Path file, String problem, String remedy, IOException e) {
    return isUsers(e)
        ? new UserErrorException(file.toString(), problem, remedy, e)
        : new UncheckedIOException(file + ": " + problem, e);
  }

  /** Whether the user can mend what an exception says of a file that the user named. */
  public static boolean isUsers(IOException e) {
    return e instanceof NoSuchFileException
        || e instanceof AccessDeniedException
        || e instanceof NotDirectoryException
        || e instanceof FileAlreadyExistsException
        || e instanceof FileSystemLoopException
        || e instanceof CharacterCodingException
        || e instanceof EOFException
        || e instanceof ZipException
        || e instanceof JsonProcessingException
        || e instanceof FileSystemException named
            && named.getFile() != null
            && (isBelowFile(named.getFile()) || isLoop(Path.of(named.getFile())));
  }

  /** Whether a link leads to itself, for which Linux has no exception of its own. */
  private static boolean isLoop(Path path) {
    Path at = path;
    try {
      for (int links = 0; links <= MOST_LINKS; links++) {
        if (!Files.isSymbolicLink(at)) {
          return false;
        }
        at = at.resolveSibling(Files.readSymbolicLink(at));
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Whether a path goes on below what is a file and no folder, which has no exception of its own.
   */
  private static boolean isBelowFile(String path) {
    Path folder = Path.of(path).toAbsolutePath().getParent();
    return folder != null && Files.isRegularFile(Folders.nearest(folder));
  }
}

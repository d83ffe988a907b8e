package org.mococxr.learning.state.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.Tensor;

/** NumPy's archive of named arrays: a zip of {@link Npy} files. */
public final class Npz {
  private Npz() {}

  /**
   * Reads an archive, in its order.
   *
   * @throws UserErrorException if it is missing, torn, or holds anything but arrays of numbers
   */
  public static StateDict read(Path file) {
    TensorFile.start(file, "an npz file");
    try (ZipFile zip = new ZipFile(file.toFile())) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (ZipEntry entry : zip.stream().toList()) {
        if (!entry.isDirectory()) {
          tensors.put(
              Npy.arrayName(entry),
              Npy.read(zip.getInputStream(entry), file + ", entry " + entry.getName()));
        }
      }
      return StateDict.of(tensors);
    } catch (ZipException e) {
      throw UserErrorException.at(
          file, "it is no whole zip archive: " + e.getMessage(), "an npz file");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

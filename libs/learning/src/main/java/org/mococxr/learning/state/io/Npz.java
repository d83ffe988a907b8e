package org.mococxr.learning.state.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.mococxr.foundation.AtomicFiles;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.Tensor;

/** NumPy's archive of named arrays: a zip of {@link Npy} files. */
public final class Npz {
  private Npz() {}

  /** Writes an uncompressed archive, in the state dict's order. */
  public static void write(Path file, StateDict tensors) {
    try {
      AtomicFiles.write(
          file,
          out -> {
            ZipOutputStream zip = new ZipOutputStream(out);
            zip.setLevel(0);
            for (Map.Entry<String, Tensor> e : tensors.asMap().entrySet()) {
              ZipEntry entry = new ZipEntry(e.getKey() + ".npy");
              entry.setTime(0);
              zip.putNextEntry(entry);
              Npy.write(zip, e.getValue());
              zip.closeEntry();
            }
            zip.finish();
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

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

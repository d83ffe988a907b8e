package org.mococxr.learning.state.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.state.StateDict;

/**
 * A file of tensors of any format that is read: PyTorch's two, safetensors, npz. The format is told
 * by the content, for names lie ({@code .bin}, {@code .ckpt}, {@code .pt}).
 *
 * @param path the file, for messages
 * @param tensors of the model, by plain names (see {@link ModuleNames}); batch counters included
 * @param architecture what the file says of itself
 * @param checkpoint all that {@code torch.save} wrote, if it was that
 */
public record TensorFile(
    Path path,
    StateDict tensors,
    Optional<String> architecture,
    Optional<TorchCheckpoint> checkpoint) {
  private static final String LFS = "version https://git-lfs.github.com/spec/";
  private static final String EXPECTED = "a checkpoint of PyTorch, safetensors or npz";

  private enum Format {
    SAFETENSORS,
    NPZ,
    TORCH
  }

  /**
   * Reads a file.
   *
   * @throws UserErrorException if it is missing, damaged or of another format
   */
  public static TensorFile read(Path file) {
    return switch (format(file)) {
      case SAFETENSORS -> {
        Safetensors.Contents contents = Safetensors.read(file);
        yield of(file, contents.tensors(), contents.metadata().get("architecture"), null);
      }
      case NPZ -> of(file, Npz.read(file), null, null);
      case TORCH -> {
        TorchCheckpoint saved = TorchCheckpoint.read(file);
        String said = saved.get("arch") instanceof String name ? name : null;
        yield of(file, saved.stateDict(file), said, saved);
      }
    };
  }

  private static TensorFile of(
      Path file, StateDict tensors, String said, TorchCheckpoint checkpoint) {
    return new TensorFile(
        file,
        ModuleNames.plain(tensors, file),
        Optional.ofNullable(said).filter(name -> !name.isEmpty()),
        Optional.ofNullable(checkpoint));
  }

  private static Format format(Path file) {
    byte[] start = start(file, EXPECTED);
    if (start.length > 1 && start[0] == 'P' && start[1] == 'K') {
      return isNpz(file) ? Format.NPZ : Format.TORCH;
    }
    boolean header =
        start.length > 8
            && start[8] == '{'
            && ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong() > 0;
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return header || name.endsWith(".safetensors") ? Format.SAFETENSORS : Format.TORCH;
  }

  private static boolean isNpz(Path file) {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      return zip.stream().anyMatch(entry -> entry.getName().endsWith(".npy"))
          && zip.stream().noneMatch(entry -> entry.getName().endsWith("data.pkl"));
    } catch (ZipException damaged) {
      // Whichever reader comes next says what is wrong with the archive.
      return file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".npz");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The first bytes of a file, 64 at most.
   *
   * @throws UserErrorException if it is missing, or stands for a file that was not downloaded
   */
  static byte[] start(Path file, String expected) {
    byte[] start;
    try (InputStream in = Files.newInputStream(file)) {
      start = in.readNBytes(64);
    } catch (NoSuchFileException e) {
      throw UserErrorException.at(file, "there is no such file", expected);
    } catch (IOException e) {
      if (Files.isDirectory(file)) {
        throw UserErrorException.at(file, "it is a folder", expected);
      }
      throw new UncheckedIOException(e);
    }
    if (new String(start, StandardCharsets.ISO_8859_1).startsWith(LFS)) {
      throw UserErrorException.at(
          file,
          "it is a Git LFS pointer and not the file that it stands for",
          "the file itself: git lfs pull");
    }
    return start;
  }
}

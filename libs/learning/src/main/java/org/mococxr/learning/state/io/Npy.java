package org.mococxr.learning.state.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import org.mococxr.foundation.AtomicFiles;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.state.Tensor;
import org.mococxr.learning.state.TensorType;

/**
 * NumPy's array file, version 1.0 and up. Big-endian and Fortran-ordered arrays are turned round on
 * reading; arrays of Python objects are refused, since they are pickles.
 */
public final class Npy {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final Pattern HEADER =
      Pattern.compile(
          "'descr':\\s*'([^']*)'.*'fortran_order':\\s*(True|False).*'shape':\\s*\\(([^)]*)\\)",
          Pattern.DOTALL);
  private static final int ALIGNMENT = 64;

  private Npy() {}

  /** Writes one array; BF16, which NumPy lacks, is written as float32. */
  public static void write(Path file, Tensor tensor) {
    try {
      AtomicFiles.write(file, out -> write(out, tensor));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a one-dimensional array of texts ({@code <U}). */
  public static void writeStrings(Path file, List<String> texts) {
    int[][] points = texts.stream().map(t -> t.codePoints().toArray()).toArray(int[][]::new);
    int width = Math.max(1, Arrays.stream(points).mapToInt(p -> p.length).max().orElse(1));
    try {
      AtomicFiles.write(
          file,
          out -> {
            out.write(header("<U" + width, new long[] {texts.size()}));
            ByteBuffer cell = ByteBuffer.allocate(4 * width).order(ByteOrder.LITTLE_ENDIAN);
            for (int[] text : points) {
              Arrays.fill(cell.array(), (byte) 0);
              cell.clear();
              for (int point : text) {
                cell.putInt(point);
              }
              out.write(cell.array());
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The start of a float32 array {@code [rows, columns]}, whose values the caller writes. */
  public static void writeFloatHeader(OutputStream out, long rows, long columns)
      throws IOException {
    out.write(header("<f4", new long[] {rows, columns}));
  }

  static void write(OutputStream out, Tensor tensor) throws IOException {
    Tensor written =
        tensor.type() == TensorType.BF16
            ? Tensor.ofFloats(tensor.toFloats(), tensor.shape())
            : tensor;
    String descr =
        switch (written.type()) {
          case F64 -> "<f8";
          case F32 -> "<f4";
          case F16 -> "<f2";
          case I64 -> "<i8";
          case I32 -> "<i4";
          case I16 -> "<i2";
          case I8 -> "|i1";
          case U8 -> "|u1";
          case BOOL -> "|b1";
          case BF16 -> throw new IllegalStateException();
        };
    out.write(header(descr, written.shape()));
    out.write(written.data());
  }

  private static byte[] header(String descr, long[] shape) {
    String dims = Arrays.stream(shape).mapToObj(Long::toString).collect(Collectors.joining(", "));
    String dict =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s%s), }"
            .formatted(descr, dims, shape.length == 1 ? "," : "");
    int prefix = MAGIC.length + 4;
    int total = (prefix + dict.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer buffer = ByteBuffer.allocate(total).order(ByteOrder.LITTLE_ENDIAN);
    buffer.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (total - prefix));
    buffer.put(dict.getBytes(StandardCharsets.US_ASCII));
    while (buffer.remaining() > 1) {
      buffer.put((byte) ' ');
    }
    return buffer.put((byte) '\n').array();
  }

  /**
   * Reads one array.
   *
   * @throws UserErrorException if it is missing, cut short, or of a type that is no number
   */
  public static Tensor read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, file.toString());
    } catch (NoSuchFileException e) {
      throw UserErrorException.at(file, "there is no such file", "an npy file");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Tensor read(InputStream in, String where) throws IOException {
    byte[] start = in.readNBytes(8);
    if (start.length < 8 || !Arrays.equals(start, 0, 6, MAGIC, 0, 6)) {
      throw broken(where, "it does not start as an npy file does");
    }
    int lengthBytes = start[6] == 1 ? 2 : 4;
    byte[] length = in.readNBytes(lengthBytes);
    if (length.length < lengthBytes) {
      throw broken(where, "it ends within its header");
    }
    ByteBuffer count = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN);
    int headerLength = lengthBytes == 2 ? count.getShort() & 0xFFFF : count.getInt();
    if (headerLength < 0 || headerLength > 1 << 20) {
      throw broken(where, "its header is said to have " + headerLength + " bytes");
    }
    String header = new String(in.readNBytes(headerLength), StandardCharsets.UTF_8);
    Matcher m = HEADER.matcher(header);
    if (!m.find()) {
      throw broken(where, "its header is " + header.strip());
    }
    String code = m.group(1).replaceFirst("^[<>|=]", "");
    Elements elements = elements(where, code);
    int width = elements.bytes();
    long[] shape =
        Arrays.stream(m.group(3).split(","))
            .map(String::strip)
            .filter(s -> !s.isEmpty())
            .mapToLong(Long::parseLong)
            .toArray();
    long expected = Tensor.elements(shape) * width;
    if (expected > Integer.MAX_VALUE - 8) {
      throw broken(where, "it holds " + expected + " bytes, more than can be read");
    }
    byte[] data = in.readNBytes((int) expected);
    if (data.length != expected) {
      throw broken(where, "it holds %d of %d bytes".formatted(data.length, expected));
    }
    if (m.group(1).startsWith(">")) {
      reverseElements(data, width);
    }
    if (m.group(2).equals("True")) {
      data = rowMajor(data, shape, width);
    }
    try {
      return elements.tensor(shape, data);
    } catch (ArithmeticException e) {
      throw broken(where, "it holds a number that is " + e.getMessage());
    }
  }

  static Elements elements(String where, String code) {
    return Elements.unsigned(code).orElseGet(() -> Elements.of(type(where, code)));
  }

  private static TensorType type(String where, String code) {
    return switch (code) {
      case "f8" -> TensorType.F64;
      case "f4" -> TensorType.F32;
      case "f2" -> TensorType.F16;
      case "i8" -> TensorType.I64;
      case "i4" -> TensorType.I32;
      case "i2" -> TensorType.I16;
      case "i1" -> TensorType.I8;
      case "u1" -> TensorType.U8;
      case "b1" -> TensorType.BOOL;
      default -> throw broken(where, "it holds elements of type " + code);
    };
  }

  static void reverseElements(byte[] data, int width) {
    for (int at = 0; at < data.length; at += width) {
      for (int i = 0; i < width / 2; i++) {
        byte swap = data[at + i];
        data[at + i] = data[at + width - 1 - i];
        data[at + width - 1 - i] = swap;
      }
    }
  }

  /** First index fastest to last index fastest. */
  static byte[] rowMajor(byte[] data, long[] shape, int width) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int d = 0; d < shape.length; d++) {
      strides[d] = stride;
      stride *= shape[d];
    }
    return Strided.copy(data, 0, shape, strides, width);
  }

  static UserErrorException broken(String where, String problem) {
    return new UserErrorException(where, problem, "a NumPy array of numbers, whole");
  }

  /** A stored zip entry's name without its {@code .npy}. */
  static String arrayName(ZipEntry entry) {
    return entry.getName().replaceFirst("\\.npy$", "");
  }
}

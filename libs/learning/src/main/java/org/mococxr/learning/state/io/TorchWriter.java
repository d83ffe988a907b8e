package org.mococxr.learning.state.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.mococxr.foundation.AtomicFiles;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.Tensor;
import org.mococxr.learning.state.TensorType;

/**
 * Writes what {@code torch.load} reads, also with {@code weights_only=True}: a zip archive with a
 * pickle of protocol 2 and one stored entry a tensor.
 */
public final class TorchWriter {
  private static final List<String> VERSIONED =
      List.of("", "module", "module.encoder_q", "module.encoder_k");

  private final ByteArrayOutputStream pickle = new ByteArrayOutputStream();
  private final List<Tensor> storages = new ArrayList<>();

  private TorchWriter() {}

  /** Writes a state dict, as {@code torch.save(model.state_dict(), file)} does. */
  public static void write(Path file, StateDict tensors) {
    write(file, (Object) tensors);
  }

  /**
   * Writes a nested object.
   *
   * @param root state dicts, maps with texts or whole numbers as keys, lists, tensors, texts,
   *     numbers, booleans and nulls
   */
  public static void write(Path file, Object root) {
    TorchWriter writer = new TorchWriter();
    writer.op(0x80, 2);
    writer.value(root);
    writer.op('.');
    try {
      AtomicFiles.write(file, writer::archive);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void archive(OutputStream out) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    stored(zip, "archive/data.pkl", pickle.toByteArray());
    stored(zip, "archive/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < storages.size(); i++) {
      stored(zip, "archive/data/" + i, storages.get(i).data());
    }
    stored(zip, "archive/version", "3\n".getBytes(StandardCharsets.US_ASCII));
    zip.finish();
  }

  /** Puts an entry that is not deflated: PyTorch reads nothing else. */
  public static void stored(ZipOutputStream zip, String name, byte[] data) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(data.length);
    entry.setTime(0);
    CRC32 crc = new CRC32();
    crc.update(data);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(data);
    zip.closeEntry();
  }

  private void value(Object value) {
    switch (value) {
      case null -> op('N');
      case Boolean b -> op(b ? 0x88 : 0x89);
      case Integer i -> integer(i);
      case Long l -> integer(l);
      case Float f -> real(f);
      case Double d -> real(d);
      case String s -> text(s);
      case Tensor t -> tensor(t);
      case StateDict s -> {
        global("collections", "OrderedDict");
        op(')', 'R', '(');
        s.asMap()
            .forEach(
                (name, tensor) -> {
                  text(name);
                  tensor(tensor);
                });
        op('u');
        metadata(s);
      }
      case Map<?, ?> m -> {
        op('}', '(');
        m.forEach(
            (k, v) -> {
              value(k);
              value(v);
            });
        op('u');
      }
      case List<?> l -> {
        op(']', '(');
        l.forEach(this::value);
        op('e');
      }
      default ->
          throw new IllegalArgumentException("cannot be written: " + value.getClass().getName());
    }
  }

  /**
   * The attribute {@code _metadata} that PyTorch's modules leave on their state dicts:
   * torchvision's MNASNet refuses one that does not say version 1 or 2.
   */
  private void metadata(StateDict tensors) {
    op('}');
    text("_metadata");
    global("collections", "OrderedDict");
    op(')', 'R', '(');
    for (String module : VERSIONED) {
      if (module.isEmpty() || tensors.names().stream().anyMatch(n -> n.startsWith(module + "."))) {
        text(module);
        op('}');
        text("version");
        integer(2);
        op('s');
      }
    }
    op('u', 's', 'b');
  }

  private void tensor(Tensor tensor) {
    String key = Integer.toString(storages.size());
    storages.add(tensor);
    global("torch._utils", "_rebuild_tensor_v2");
    op('(', '(');
    text("storage");
    global("torch", storageName(tensor.type()));
    text(key);
    text("cpu");
    integer(tensor.elements());
    op('t', 'Q');
    integer(0);
    tuple(tensor.shape());
    tuple(rowMajorStrides(tensor.shape()));
    op(0x89);
    global("collections", "OrderedDict");
    op(')', 'R', 't', 'R');
  }

  private static long[] rowMajorStrides(long[] shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int d = shape.length - 1; d >= 0; d--) {
      strides[d] = stride;
      stride *= Math.max(1, shape[d]);
    }
    return strides;
  }

  private static String storageName(TensorType type) {
    return switch (type) {
      case F64 -> "DoubleStorage";
      case F32 -> "FloatStorage";
      case F16 -> "HalfStorage";
      case BF16 -> "BFloat16Storage";
      case I64 -> "LongStorage";
      case I32 -> "IntStorage";
      case I16 -> "ShortStorage";
      case I8 -> "CharStorage";
      case U8 -> "ByteStorage";
      case BOOL -> "BoolStorage";
    };
  }

  private void tuple(long[] values) {
    op('(');
    for (long v : values) {
      integer(v);
    }
    op('t');
  }

  private void global(String module, String name) {
    op('c');
    pickle.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  private void text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    op('X');
    little(4, utf8.length);
    pickle.writeBytes(utf8);
  }

  private void integer(long value) {
    if (value == (int) value) {
      op('J');
      little(4, value);
    } else {
      op(0x8a, 8);
      little(8, value);
    }
  }

  private void real(double value) {
    op('G');
    pickle.writeBytes(ByteBuffer.allocate(8).putDouble(value).array());
  }

  private void little(int width, long value) {
    for (int i = 0; i < width; i++) {
      pickle.write((int) (value >>> (8 * i)));
    }
  }

  private void op(int... codes) {
    for (int code : codes) {
      pickle.write(code);
    }
  }
}

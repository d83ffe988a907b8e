package org.mococxr.learning.state.io;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.Tensor;
import org.mococxr.learning.state.io.PickleReader.RefusedException;
import org.mococxr.learning.state.io.TorchGlobals.Storage;
import org.mococxr.learning.state.io.TorchGlobals.View;

/**
 * A checkpoint that {@code torch.save} wrote, as plain data: maps in their order, lists, texts,
 * {@code Long}, {@code Double}, {@code Boolean}, null and {@link Tensor}s. Both of PyTorch's
 * formats are read (zip since 1.6, pickles before) by a reader that refuses everything but data.
 *
 * @param root the saved object
 */
public record TorchCheckpoint(Object root) {
  private static final BigInteger LEGACY_MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);

  /** Where trainers put the model; of DINO's two networks its authors evaluate the teacher. */
  private static final List<String> MODELS =
      List.of(
          "state_dict",
          "model",
          "model_state",
          "model_state_dict",
          "teacher",
          "student",
          "net",
          "network",
          "encoder",
          "backbone");

  private static final String EXPECTED =
      "a checkpoint of torch.save that holds tensors, containers and numbers only";

  /**
   * Reads a file.
   *
   * @throws UserErrorException if it is missing, torn, or holds more than data
   */
  public static TorchCheckpoint read(Path file) {
    byte[] start = TensorFile.start(file, EXPECTED);
    try {
      boolean zip = start.length >= 4 && start[0] == 'P' && start[1] == 'K';
      return new TorchCheckpoint(plain(zip ? readZip(file) : readLegacy(file)));
    } catch (RefusedException e) {
      throw UserErrorException.at(file, e.getMessage(), EXPECTED);
    } catch (ClassCastException | NullPointerException | ArithmeticException e) {
      throw UserErrorException.at(file, "its pickle is damaged", EXPECTED);
    } catch (StackOverflowError e) {
      throw UserErrorException.at(file, "its containers hold themselves", EXPECTED);
    } catch (ZipException e) {
      throw UserErrorException.at(file, "its zip archive is damaged: " + e.getMessage(), EXPECTED);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Object readZip(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      List<String> names = Collections.list(zip.entries()).stream().map(ZipEntry::getName).toList();
      String pickle =
          names.stream()
              .filter(n -> n.equals("data.pkl") || n.endsWith("/data.pkl"))
              .findFirst()
              .orElseThrow(() -> new RefusedException("it is a zip archive without data.pkl"));
      String prefix = pickle.substring(0, pickle.length() - "data.pkl".length());
      if (names.contains(prefix + "constants.pkl")) {
        throw new RefusedException("it is a TorchScript program, which is code");
      }
      boolean bigEndian = "big".equals(text(zip, prefix + "byteorder"));
      Map<String, Storage> storages = new HashMap<>();
      try (InputStream in = zip.getInputStream(zip.getEntry(pickle))) {
        Object root =
            new PickleReader(
                    new java.io.BufferedInputStream(in), id -> storage(storages, (Object[]) id))
                .read();
        for (Storage s : storages.values()) {
          ZipEntry entry = zip.getEntry(prefix + "data/" + s.key);
          long expected = Math.multiplyExact(s.elements, s.type.bytes());
          // A damaged entry shows by its size or its CRC, which the stream checks at its end.
          if (entry == null || entry.getSize() != expected) {
            throw new RefusedException(
                "storage " + s.key + " is missing or has not " + expected + " bytes");
          }
          try (InputStream data = zip.getInputStream(entry)) {
            s.data = data.readAllBytes();
          }
          if (bigEndian) {
            Npy.reverseElements(s.data, s.type.bytes());
          }
        }
        return root;
      }
    }
  }

  private static String text(ZipFile zip, String name) throws IOException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      return "";
    }
    try (InputStream in = zip.getInputStream(entry)) {
      return new String(in.readNBytes(16), java.nio.charset.StandardCharsets.US_ASCII).strip();
    }
  }

  private static Object readLegacy(Path file) throws IOException {
    InputStream in = new ByteArrayInputStream(Files.readAllBytes(file));
    Object magic = new PickleReader(in, TorchCheckpoint::noStorage).read();
    if (!LEGACY_MAGIC.equals(magic)) {
      throw new RefusedException("it does not start as a checkpoint does");
    }
    new PickleReader(in, TorchCheckpoint::noStorage).read(); // protocol version
    Object system = new PickleReader(in, TorchCheckpoint::noStorage).read();
    boolean bigEndian =
        system instanceof Map<?, ?> m && Boolean.FALSE.equals(m.get("little_endian"));
    Map<String, Storage> storages = new HashMap<>();
    Object root = new PickleReader(in, id -> storage(storages, (Object[]) id)).read();
    Object keys = new PickleReader(in, TorchCheckpoint::noStorage).read();
    for (Object key : (List<?>) keys) {
      Storage s = storages.get(String.valueOf(key));
      byte[] count = in.readNBytes(8);
      if (s == null || count.length < 8) {
        throw new RefusedException("it ends before its storages do");
      }
      long elements = ByteBuffer.wrap(count).order(ByteOrder.LITTLE_ENDIAN).getLong();
      if (elements != s.elements) {
        throw new RefusedException("storage " + key + " has not " + s.elements + " elements");
      }
      int expected = Math.toIntExact(Math.multiplyExact(elements, s.type.bytes()));
      s.data = in.readNBytes(expected);
      if (s.data.length < expected) {
        throw new RefusedException("it ends before its storages do");
      }
      if (bigEndian) {
        Npy.reverseElements(s.data, s.type.bytes());
      }
    }
    // Views share the bytes of the storage that they look into.
    for (Storage s : storages.values()) {
      if (s.data == null && s.key.contains(VIEW)) {
        s.data = storages.get(s.key.substring(0, s.key.indexOf(VIEW))).data;
      }
    }
    return root;
  }

  private static final String VIEW = "\u0000view";

  private static Object noStorage(Object id) {
    throw new RefusedException("it names a storage where there can be none");
  }

  /** ('storage', type, key, location, elements[, view (key, offset, elements)]). */
  private static Storage storage(Map<String, Storage> storages, Object[] id) {
    if (!"storage".equals(id[0]) || !(id[1] instanceof TorchGlobals.StorageType kind)) {
      throw new RefusedException("it names " + id[0] + " where a storage should be");
    }
    String key = String.valueOf(id[2]);
    Storage whole = storages.computeIfAbsent(key, k -> new Storage(kind.type(), k, (Long) id[4]));
    if (whole.type != kind.type()) {
      throw new RefusedException("storage " + key + " has two types");
    }
    if (id.length > 5 && id[5] instanceof Object[] view) {
      Storage part =
          storages.computeIfAbsent(
              key + VIEW + view[0], k -> new Storage(kind.type(), k, (Long) view[2]));
      part.start = (Long) view[1];
      return part;
    }
    return whole;
  }

  /** Views become tensors, tuples become lists, once all bytes are there. */
  private static Object plain(Object value) {
    return switch (value) {
      case View v -> v.toTensor();
      case Map<?, ?> m -> {
        Map<Object, Object> out = new LinkedHashMap<>();
        m.forEach((k, v) -> out.put(plain(k), plain(v)));
        yield out;
      }
      case Object[] tuple -> plain(Arrays.asList(tuple));
      case Iterable<?> items -> {
        List<Object> out = new ArrayList<>();
        items.forEach(i -> out.add(plain(i)));
        yield out;
      }
      case TorchGlobals.Global g -> g.toString();
      case null -> null;
      default -> value;
    };
  }

  /** The value of a key of the outermost dictionary, or null. */
  public Object get(String key) {
    return root instanceof Map<?, ?> m ? m.get(key) : null;
  }

  /** A whole number under a key of the outermost dictionary. */
  public OptionalLong number(String key) {
    return get(key) instanceof Long n ? OptionalLong.of(n) : OptionalLong.empty();
  }

  /**
   * The model's tensors: under {@code state_dict} or another of the {@link #MODELS usual keys} if
   * there is one, else the outermost dictionary itself.
   *
   * @param file for the message
   */
  public StateDict stateDict(Path file) {
    for (String key : MODELS) {
      if (get(key) instanceof Map<?, ?> m) {
        return tensors(file, m);
      }
    }
    if (root instanceof Map<?, ?> m) {
      return tensors(file, m);
    }
    throw UserErrorException.at(file, "it holds no dictionary of tensors", EXPECTED);
  }

  private static StateDict tensors(Path file, Map<?, ?> map) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    map.forEach(
        (name, value) -> {
          if (value instanceof Tensor t) {
            out.put(name.toString(), t);
          }
        });
    if (out.isEmpty()) {
      throw UserErrorException.at(file, "its dictionary has no tensors", EXPECTED);
    }
    return StateDict.of(out);
  }
}

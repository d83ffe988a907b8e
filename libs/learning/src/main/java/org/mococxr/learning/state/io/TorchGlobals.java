package org.mococxr.learning.state.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.mococxr.learning.state.Tensor;
import org.mococxr.learning.state.TensorType;

/**
 * Every Python name that a checkpoint may mention, and the plain data that stands for it. This list
 * is the whole of what a pickle can do here.
 */
final class TorchGlobals {
  private TorchGlobals() {}

  /** A named maker of data. */
  interface Global {
    Object make(Object[] arguments);
  }

  /** {@code torch.FloatStorage} and its kin: names a type, makes nothing. */
  record StorageType(TensorType type) implements Global {
    @Override
    public Object make(Object[] arguments) {
      throw refused("its pickle makes a storage of its own");
    }
  }

  /** A view into a storage; the bytes may arrive later (legacy files hold them at the end). */
  record View(Storage storage, long offset, long[] shape, long[] strides, Elements elements) {
    Tensor toTensor() {
      if (storage.data == null) {
        throw refused("the data of storage " + storage.key + " is missing");
      }
      try {
        long start = storage.start + offset;
        return elements.tensor(
            shape, Strided.copy(storage.data, start, shape, strides, elements.bytes()));
      } catch (IndexOutOfBoundsException | ArithmeticException e) {
        throw refused("a tensor reaches outside storage " + storage.key);
      }
    }
  }

  /** A flat array outside the pickle; {@code start} is its first element within {@code data}. */
  static final class Storage {
    final TensorType type;
    final String key;
    final long elements;
    byte[] data;
    long start;

    Storage(TensorType type, String key, long elements) {
      this.type = type;
      this.key = key;
      this.elements = elements;
    }
  }

  /** {@code numpy.dtype}: a NumPy type code, {@code f4} for example. */
  record NumpyType(String code, boolean bigEndian) {}

  /** A NumPy array whose state is yet to come. */
  private enum NumpyArray {
    EMPTY
  }

  /** A name that carries no data we use, such as {@code torch.float32}; kept as text. */
  private record Name(String name) implements Global {
    @Override
    public Object make(Object[] arguments) {
      return name + Arrays.deepToString(arguments);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Global find(String module, String name) {
    return switch (module + "." + name) {
      case "torch.FloatStorage", "torch.cuda.FloatStorage" -> new StorageType(TensorType.F32);
      case "torch.DoubleStorage", "torch.cuda.DoubleStorage" -> new StorageType(TensorType.F64);
      case "torch.HalfStorage", "torch.cuda.HalfStorage" -> new StorageType(TensorType.F16);
      case "torch.BFloat16Storage" -> new StorageType(TensorType.BF16);
      case "torch.LongStorage", "torch.cuda.LongStorage" -> new StorageType(TensorType.I64);
      case "torch.IntStorage", "torch.cuda.IntStorage" -> new StorageType(TensorType.I32);
      case "torch.ShortStorage" -> new StorageType(TensorType.I16);
      case "torch.CharStorage" -> new StorageType(TensorType.I8);
      case "torch.ByteStorage", "torch.cuda.ByteStorage" -> new StorageType(TensorType.U8);
      case "torch.BoolStorage" -> new StorageType(TensorType.BOOL);
      case "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor" ->
          a -> view(a, Elements.of(((Storage) a[0]).type));
      // For types that have no storage class of their own: the storage is of bytes.
      case "torch._utils._rebuild_tensor_v3" -> a -> view(a, unsigned((Name) a[6]));
      case "torch.storage.UntypedStorage" -> new StorageType(TensorType.U8);
      case "torch._utils._rebuild_parameter", "torch.Tensor", "torch.nn.parameter.Parameter" ->
          a -> a[0];
      case "torch.Size" -> a -> List.of((Object[]) a[0]);
      case "torch.device" -> new Name("torch.device");
      case "torch.float16",
          "torch.float32",
          "torch.float64",
          "torch.bfloat16",
          "torch.int64",
          "torch.int32",
          "torch.int16",
          "torch.int8",
          "torch.uint8",
          "torch.uint16",
          "torch.uint32",
          "torch.uint64",
          "torch.bool",
          "torch.strided",
          "torch.contiguous_format" ->
          new Name("torch." + name);
      case "collections.OrderedDict",
          "collections.defaultdict",
          "collections.Counter",
          "argparse.Namespace",
          // Hyperparameters of Lightning's checkpoints: a dict whose entries are its attributes.
          "lightning_fabric.utilities.data.AttributeDict",
          "lightning.fabric.utilities.data.AttributeDict",
          "pytorch_lightning.utilities.parsing.AttributeDict",
          "lightning.pytorch.utilities.parsing.AttributeDict",
          "builtins.dict",
          "__builtin__.dict" ->
          TorchGlobals::dictionary;
      case "builtins.set", "__builtin__.set" ->
          a -> new LinkedHashSet<>(a.length == 0 ? List.of() : (List<?>) a[0]);
      case "builtins.frozenset", "__builtin__.frozenset" ->
          a ->
              Collections.unmodifiableSet(
                  new LinkedHashSet<>(a.length == 0 ? List.of() : (List<?>) a[0]));
      case "pathlib.PosixPath",
          "pathlib.WindowsPath",
          "pathlib.PurePosixPath",
          "pathlib.PureWindowsPath",
          "pathlib._local.PosixPath",
          "pathlib._local.WindowsPath" ->
          TorchGlobals::path;
      // Times are kept as their bytes: nothing here asks for them.
      case "datetime.datetime",
          "datetime.date",
          "datetime.time",
          "datetime.timedelta",
          "datetime.timezone" ->
          new Name("datetime." + name);
      // A factory of a defaultdict; never called.
      case "builtins.list", "__builtin__.list", "builtins.int", "builtins.float" -> new Name(name);
      case "_codecs.encode" -> a -> ((String) a[0]).getBytes(StandardCharsets.ISO_8859_1);
      case "builtins.bytes", "__builtin__.bytes" -> a -> new byte[0];
      case "numpy.dtype" -> a -> new NumpyType(text(a[0]), false);
      case "numpy.ndarray" -> new Name("numpy.ndarray");
      case "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar" ->
          a -> scalar((NumpyType) a[0], raw(a[1]));
      case "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct" ->
          a -> NumpyArray.EMPTY;
      default ->
          throw refused(
              "it mentions the Python object "
                  + module
                  + "."
                  + name
                  + ", which is no tensor, container or number");
    };
  }

  /** What Python's {@code __setstate__} would do, for the few kinds of data that have a state. */
  static Object withState(Object target, Object state) {
    return switch (target) {
      case NumpyType t -> new NumpyType(t.code, ">".equals(((Object[]) state)[1]));
      case NumpyArray a -> array((Object[]) state);
      // Attributes of an OrderedDict (_metadata) say nothing about values; a Namespace's are them.
      case Map<?, ?> m -> namespace(m, state);
      default -> throw refused("it sets the state of " + target.getClass().getSimpleName());
    };
  }

  private static Object namespace(Map<?, ?> target, Object state) {
    if (!target.isEmpty() || !(state instanceof Map<?, ?> attributes)) {
      return target;
    }
    if (attributes.size() == 1 && attributes.containsKey("_metadata")) {
      return target;
    }
    @SuppressWarnings("unchecked")
    Map<Object, Object> filled = (Map<Object, Object>) target;
    filled.putAll(attributes);
    return filled;
  }

  private static Map<Object, Object> dictionary(Object[] arguments) {
    Map<Object, Object> map = new LinkedHashMap<>();
    Object last = arguments.length == 0 ? null : arguments[arguments.length - 1];
    if (last instanceof Map<?, ?> m) {
      map.putAll(m);
    } else if (last instanceof List<?> pairs) {
      for (Object pair : pairs) {
        Object[] entry = pair instanceof List<?> l ? l.toArray() : (Object[]) pair;
        map.put(entry[0], entry[1]);
      }
    }
    return map;
  }

  private static View view(Object[] a, Elements elements) {
    return new View((Storage) a[0], (Long) a[1], longs(a[2]), longs(a[3]), elements);
  }

  private static Elements unsigned(Name type) {
    return Elements.unsigned(type.name)
        .orElseThrow(() -> refused("it holds a tensor of type " + type.name));
  }

  /** The parts of a path, the first of an absolute one being a slash. */
  private static String path(Object[] parts) {
    String joined = Arrays.stream(parts).map(String.class::cast).collect(Collectors.joining("/"));
    return joined.startsWith("//") ? joined.substring(1) : joined;
  }

  private static Object scalar(NumpyType type, byte[] bytes) {
    ByteBuffer b =
        ByteBuffer.wrap(bytes)
            .order(type.bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    try {
      return switch (type.code) {
        case "f8" -> b.getDouble();
        case "f4" -> (double) b.getFloat();
        case "f2" -> (double) Float.float16ToFloat(b.getShort());
        case "i8", "u8" -> b.getLong();
        case "i4" -> (long) b.getInt();
        case "u4" -> b.getInt() & 0xFFFFFFFFL;
        case "i2" -> (long) b.getShort();
        case "u2" -> b.getShort() & 0xFFFFL;
        case "i1" -> (long) b.get();
        case "u1" -> (long) (b.get() & 0xFF);
        case "b1" -> b.get() != 0;
        default -> throw refused("it holds a NumPy scalar of type " + type.code);
      };
    } catch (java.nio.BufferUnderflowException e) {
      throw refused("its pickle is damaged");
    }
  }

  /** State: version, shape, type, Fortran order, bytes. */
  private static Tensor array(Object[] state) {
    NumpyType type = (NumpyType) state[2];
    Elements elements = Npy.elements("a NumPy array", type.code);
    int width = elements.bytes();
    long[] shape = longs(state[1]);
    byte[] data = raw(state[4]).clone();
    if (data.length != Tensor.elements(shape) * width) {
      throw refused("its pickle is damaged");
    }
    if (type.bigEndian) {
      Npy.reverseElements(data, width);
    }
    byte[] ordered = Boolean.TRUE.equals(state[3]) ? Npy.rowMajor(data, shape, width) : data;
    return elements.tensor(shape, ordered);
  }

  private static byte[] raw(Object value) {
    return value instanceof String s ? s.getBytes(StandardCharsets.ISO_8859_1) : (byte[]) value;
  }

  private static String text(Object value) {
    return value instanceof byte[] b ? new String(b, StandardCharsets.ISO_8859_1) : (String) value;
  }

  static long[] longs(Object tuple) {
    Object[] items = tuple instanceof List<?> l ? l.toArray() : (Object[]) tuple;
    long[] out = new long[items.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (Long) items[i];
      if (out[i] < 0) {
        throw refused("its pickle is damaged");
      }
    }
    return out;
  }

  private static PickleReader.RefusedException refused(String message) {
    return new PickleReader.RefusedException(message);
  }
}

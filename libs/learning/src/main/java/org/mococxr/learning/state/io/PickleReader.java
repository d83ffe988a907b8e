package org.mococxr.learning.state.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mococxr.foundation.UserErrorException;

/**
 * The opcodes of Python's pickle, protocols 0 to 5, without its power: a global is looked up in a
 * {@link TorchGlobals closed list of data makers} and anything else ends the reading. Dictionaries
 * keep their order. Nothing is executed, instantiated or loaded by name.
 */
final class PickleReader {
  private static final Object MARK = new Object();

  /** No honest checkpoint nests or lists this much; storages lie outside the pickle. */
  private static final int MAX_TEXT = 256 << 20;

  /** Resolves a storage that lies outside the pickle. */
  interface PersistentLoad {
    Object load(Object id);
  }

  /** What the pickle asks for cannot be had: damaged, or more than data. */
  static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }

  private final InputStream in;
  private final PersistentLoad persistent;
  private final List<Object> stack = new ArrayList<>();
  private final Map<Integer, Object> memo = new HashMap<>();

  PickleReader(InputStream in, PersistentLoad persistent) {
    this.in = in;
    this.persistent = persistent;
  }

  /** Reads one pickle and leaves the stream behind its end. */
  Object read() throws IOException {
    try {
      while (true) {
        int op = in.read();
        if (op < 0) {
          throw new EOFException();
        }
        if (op == '.') {
          return pop();
        }
        execute(op);
      }
    } catch (EOFException e) {
      throw new RefusedException("it ends in the middle of its pickle");
    } catch (RefusedException | UserErrorException e) {
      throw e;
    } catch (RuntimeException e) {
      // Whatever an opcode trips over is the pickle's doing: wrong types, missing operands, sizes.
      throw new RefusedException("its pickle is damaged");
    }
  }

  private void execute(int op) throws IOException {
    switch (op) {
      case 0x80 -> {
        int protocol = in.read();
        if (protocol > 5) {
          throw new RefusedException("its pickle has protocol " + protocol);
        }
      }
      case 0x95 -> bytes(8); // FRAME
      case '(' -> push(MARK);
      case '0' -> pop();
      case '1' -> popToMark();
      case '2' -> push(stack.getLast());
      case 'N' -> push(null);
      case 0x88 -> push(Boolean.TRUE);
      case 0x89 -> push(Boolean.FALSE);
      case 'I' -> {
        String line = line();
        push(line.equals("01") ? Boolean.TRUE : line.equals("00") ? Boolean.FALSE : integer(line));
      }
      case 'L' -> push(integer(line().replaceFirst("L$", "")));
      case 'J' -> push((long) little(4).getInt());
      case 'K' -> push((long) (bytes(1)[0] & 0xFF));
      case 'M' -> push((long) (little(2).getShort() & 0xFFFF));
      case 0x8a -> push(littleInteger(bytes(bytes(1)[0] & 0xFF)));
      case 0x8b -> push(littleInteger(bytes(length(4))));
      case 'F' -> push(Double.parseDouble(line()));
      case 'G' -> push(ByteBuffer.wrap(bytes(8)).getDouble());
      case 'S' -> push(quoted(line()));
      case 'T' -> push(text(length(4), StandardCharsets.ISO_8859_1));
      case 'U' -> push(text(length(1), StandardCharsets.ISO_8859_1));
      case 'V' -> push(line());
      case 'X' -> push(text(length(4), StandardCharsets.UTF_8));
      case 0x8c -> push(text(length(1), StandardCharsets.UTF_8));
      case 0x8d -> push(text(length(8), StandardCharsets.UTF_8));
      case 'B' -> push(bytes(length(4)));
      case 'C' -> push(bytes(length(1)));
      case 0x8e, 0x96 -> push(bytes(length(8)));
      case ']' -> push(new ArrayList<>());
      case ')' -> push(new Object[0]);
      case '}' -> push(new LinkedHashMap<>());
      case 0x8f -> push(new LinkedHashSet<>());
      case 'l' -> push(popToMark());
      case 't' -> push(popToMark().toArray());
      case 0x85 -> push(popMany(1));
      case 0x86 -> push(popMany(2));
      case 0x87 -> push(popMany(3));
      case 'd' -> push(putAll(new LinkedHashMap<>(), popToMark()));
      case 0x91 -> push(Collections.unmodifiableSet(new LinkedHashSet<>(popToMark())));
      case 'a' -> {
        Object item = pop();
        list(stack.getLast()).add(item);
      }
      case 'e' -> {
        List<Object> items = popToMark();
        list(stack.getLast()).addAll(items);
      }
      case 's' -> {
        Object value = pop();
        Object key = pop();
        map(stack.getLast()).put(key, value);
      }
      case 'u' -> {
        List<Object> items = popToMark();
        putAll(map(stack.getLast()), items);
      }
      case 0x90 -> {
        List<Object> items = popToMark();
        set(stack.getLast()).addAll(items);
      }
      case 'c' -> {
        String module = line();
        push(TorchGlobals.find(module, line()));
      }
      case 0x93 -> {
        String name = (String) pop();
        push(TorchGlobals.find((String) pop(), name));
      }
      case 'R', 0x81 -> {
        Object[] arguments = (Object[]) pop();
        push(((TorchGlobals.Global) pop()).make(arguments));
      }
      case 'b' -> {
        Object state = pop();
        Object target = pop();
        push(TorchGlobals.withState(target, state));
      }
      case 'p' -> memo.put(Integer.parseInt(line()), stack.getLast());
      case 'q' -> memo.put(length(1), stack.getLast());
      case 'r' -> memo.put(length(4), stack.getLast());
      case 0x94 -> memo.put(memo.size(), stack.getLast());
      case 'g' -> push(remembered(Integer.parseInt(line())));
      case 'h' -> push(remembered(length(1)));
      case 'j' -> push(remembered(length(4)));
      case 'P' -> push(persistent.load(line()));
      case 'Q' -> push(persistent.load(pop()));
      default ->
          throw new RefusedException(
              "its pickle uses opcode 0x%02x, which is no data".formatted(op));
    }
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object pop() {
    Object top = stack.removeLast();
    if (top == MARK) {
      throw new RefusedException("its pickle is damaged");
    }
    return top;
  }

  private List<Object> popToMark() {
    int at = stack.size() - 1;
    while (stack.get(at) != MARK) {
      at--;
    }
    List<Object> tail = stack.subList(at + 1, stack.size());
    List<Object> items = new ArrayList<>(tail);
    tail.clear();
    stack.removeLast();
    return items;
  }

  private Object[] popMany(int count) {
    List<Object> tail = stack.subList(stack.size() - count, stack.size());
    Object[] items = tail.toArray();
    tail.clear();
    return items;
  }

  private Object remembered(int index) {
    if (!memo.containsKey(index)) {
      throw new RefusedException("its pickle is damaged");
    }
    return memo.get(index);
  }

  private static Map<Object, Object> putAll(Map<Object, Object> map, List<Object> items) {
    for (int i = 0; i < items.size(); i += 2) {
      map.put(items.get(i), items.get(i + 1));
    }
    return map;
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(Object value) {
    return (List<Object>) value;
  }

  @SuppressWarnings("unchecked")
  private static Map<Object, Object> map(Object value) {
    return (Map<Object, Object>) value;
  }

  @SuppressWarnings("unchecked")
  private static Set<Object> set(Object value) {
    return (Set<Object>) value;
  }

  private static Object integer(String digits) {
    return narrow(new BigInteger(digits));
  }

  private static Object littleInteger(byte[] little) {
    if (little.length == 0) {
      return 0L;
    }
    byte[] big = little.clone();
    Npy.reverseElements(big, big.length);
    return narrow(new BigInteger(big));
  }

  private static Object narrow(BigInteger value) {
    return value.bitLength() < 64 ? (Object) value.longValue() : value;
  }

  private static String quoted(String line) {
    boolean quotes =
        line.length() >= 2
            && (line.charAt(0) == '\'' || line.charAt(0) == '"')
            && line.charAt(line.length() - 1) == line.charAt(0);
    if (!quotes || line.indexOf('\\') >= 0) {
      throw new RefusedException("its pickle holds an escaped text of protocol 0");
    }
    return line.substring(1, line.length() - 1);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException();
      }
      if (line.length() > 1 << 16) {
        throw new RefusedException("its pickle is damaged");
      }
      line.append((char) c);
    }
    return line.toString();
  }

  private String text(int length, Charset charset) throws IOException {
    return new String(bytes(length), charset);
  }

  private int length(int width) throws IOException {
    byte[] raw = Arrays.copyOf(bytes(width), 8);
    long value = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (value < 0 || value > MAX_TEXT) {
      throw new RefusedException("its pickle is damaged");
    }
    return (int) value;
  }

  private ByteBuffer little(int width) throws IOException {
    return ByteBuffer.wrap(bytes(width)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private byte[] bytes(int count) throws IOException {
    byte[] out = in.readNBytes(count);
    if (out.length < count) {
      throw new EOFException();
    }
    return out;
  }
}

package org.mococxr.inference.batches;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A structure in Thrift's compact protocol, which Parquet's headers and its footer are written in.
 * Fields are added in the order of their numbers.
 */
final class ThriftCompact {
  private static final int I32 = 5;
  private static final int I64 = 6;
  private static final int BINARY = 8;
  private static final int LIST = 9;
  private static final int STRUCT = 12;

  /** Longer lists have their length behind the header. */
  private static final int SHORT_LIST = 15;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int last;

  private void field(int number, int type) {
    int delta = number - last;
    if (delta <= 0 || delta > 15) {
      throw new IllegalArgumentException("field " + number + " after " + last);
    }
    out.write(delta << 4 | type);
    last = number;
  }

  /** Seven bits in a byte, the lowest first; the highest bit says that more follow. */
  static void varint(ByteArrayOutputStream out, long value) {
    long left = value;
    while ((left & ~0x7FL) != 0) {
      out.write((int) (left & 0x7F | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
  }

  private void varint(long value) {
    varint(out, value);
  }

  private void zigzag(long value) {
    varint(value << 1 ^ value >> 63);
  }

  private void binary(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    varint(bytes.length);
    out.writeBytes(bytes);
  }

  ThriftCompact int32(int number, int value) {
    field(number, I32);
    zigzag(value);
    return this;
  }

  ThriftCompact int64(int number, long value) {
    field(number, I64);
    zigzag(value);
    return this;
  }

  ThriftCompact text(int number, String value) {
    field(number, BINARY);
    binary(value);
    return this;
  }

  ThriftCompact struct(int number, ThriftCompact value) {
    field(number, STRUCT);
    out.writeBytes(value.bytes());
    return this;
  }

  private void list(int number, int size, int type) {
    field(number, LIST);
    out.write(Math.min(size, SHORT_LIST) << 4 | type);
    if (size >= SHORT_LIST) {
      varint(size);
    }
  }

  ThriftCompact structs(int number, Iterable<ThriftCompact> values) {
    int size = 0;
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (ThriftCompact value : values) {
      content.writeBytes(value.bytes());
      size++;
    }
    list(number, size, STRUCT);
    out.writeBytes(content.toByteArray());
    return this;
  }

  ThriftCompact int32s(int number, int... values) {
    list(number, values.length, I32);
    for (int value : values) {
      zigzag(value);
    }
    return this;
  }

  ThriftCompact texts(int number, String... values) {
    list(number, values.length, BINARY);
    for (String value : values) {
      binary(value);
    }
    return this;
  }

  /** The structure with its end. */
  byte[] bytes() {
    byte[] fields = out.toByteArray();
    return Arrays.copyOf(fields, fields.length + 1);
  }
}

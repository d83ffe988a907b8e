package org.mococxr.inference.batches;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * Writes a table in Apache Parquet, format version 1: a row group for each 20,000 rows, in it a
 * page for each column, with the values one after another and compressed by gzip. Every cell may be
 * empty. Source: github.com/apache/parquet-format, {@code README.md}, {@code Encodings.md} and
 * {@code parquet.thrift}, whose field numbers stand here.
 */
final class ParquetWriter {
  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

  /** Rows of a group, which are in memory until it is written. */
  static final int GROUP = 20_000;

  private static final int OPTIONAL = 1;
  private static final int UTF8 = 0;
  private static final int PLAIN = 0;
  private static final int RLE = 3;
  private static final int GZIP = 2;
  private static final int DATA_PAGE = 0;

  /** Of a column's values, with its number in the format. */
  enum Type {
    /** {@code 1} or {@code 0} as text. */
    BOOLEAN(0),
    /** A whole number of 32 bits. */
    INT32(1),
    /** A number of double precision. */
    DOUBLE(5),
    /** Text in UTF-8. */
    TEXT(6);

    private final int number;

    Type(int number) {
      this.number = number;
    }
  }

  /** A column's name and type. */
  record Column(String name, Type type) {}

  private final OutputStream out;
  private final List<Column> columns;
  private final List<Chunk> chunks;
  private final List<ThriftCompact> groups = new ArrayList<>();
  private long written;
  private long rows;
  private int rowsOfGroup;

  /** Begins a table; {@code out} is not closed. */
  ParquetWriter(OutputStream out, List<Column> columns) throws IOException {
    this.out = out;
    this.columns = List.copyOf(columns);
    this.chunks = columns.stream().map(Chunk::new).toList();
    write(MAGIC);
  }

  private void write(byte[] bytes) throws IOException {
    out.write(bytes);
    written += bytes.length;
  }

  /**
   * Adds a row.
   *
   * @param cells as text, in the order of the columns; an empty one has no value
   */
  void add(List<String> cells) throws IOException {
    for (int i = 0; i < chunks.size(); i++) {
      chunks.get(i).add(cells.get(i));
    }
    rowsOfGroup++;
    if (rowsOfGroup == GROUP) {
      endGroup();
    }
  }

  private void endGroup() throws IOException {
    List<ThriftCompact> parts = new ArrayList<>();
    long bytes = 0;
    for (Chunk chunk : chunks) {
      parts.add(write(chunk));
      bytes += chunk.uncompressed;
      chunk.clear();
    }
    groups.add(new ThriftCompact().structs(1, parts).int64(2, bytes).int64(3, rowsOfGroup));
    rows += rowsOfGroup;
    rowsOfGroup = 0;
  }

  /** Writes the only page of a column's part of the group. */
  private ThriftCompact write(Chunk chunk) throws IOException {
    byte[] page = chunk.page();
    byte[] compressed = gzip(page);
    byte[] header =
        new ThriftCompact()
            .int32(1, DATA_PAGE)
            .int32(2, page.length)
            .int32(3, compressed.length)
            .struct(
                5,
                new ThriftCompact()
                    .int32(1, rowsOfGroup)
                    .int32(2, PLAIN)
                    .int32(3, RLE)
                    .int32(4, RLE))
            .bytes();
    long offset = written;
    write(header);
    write(compressed);
    chunk.uncompressed = header.length + page.length;
    return new ThriftCompact()
        .int64(2, offset)
        .struct(
            3,
            new ThriftCompact()
                .int32(1, chunk.column.type().number)
                .int32s(2, PLAIN, RLE)
                .texts(3, chunk.column.name())
                .int32(4, GZIP)
                .int64(5, rowsOfGroup)
                .int64(6, chunk.uncompressed)
                .int64(7, header.length + compressed.length)
                .int64(9, offset));
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(bytes);
    }
    return compressed.toByteArray();
  }

  /** Writes what is left, and what readers begin with. */
  void end() throws IOException {
    if (rowsOfGroup > 0) {
      endGroup();
    }
    List<ThriftCompact> schema = new ArrayList<>();
    schema.add(new ThriftCompact().text(4, "schema").int32(5, columns.size()));
    columns.forEach(column -> schema.add(element(column)));
    byte[] footer =
        new ThriftCompact()
            .int32(1, 1)
            .structs(2, schema)
            .int64(3, rows)
            .structs(4, groups)
            .text(6, "mococxr")
            .bytes();
    write(footer);
    write(littleEndian(Integer.BYTES).putInt(footer.length).array());
    write(MAGIC);
  }

  private static ThriftCompact element(Column column) {
    ThriftCompact element =
        new ThriftCompact()
            .int32(1, column.type().number)
            .int32(3, OPTIONAL)
            .text(4, column.name());
    if (column.type() == Type.TEXT) {
      ThriftCompact string = new ThriftCompact();
      element.int32(6, UTF8).struct(10, new ThriftCompact().struct(1, string));
    }
    return element;
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A column's values in a group, and which rows have one. */
  private static final class Chunk {
    private final Column column;
    private final ByteArrayOutputStream levels = new ByteArrayOutputStream();
    private final ByteArrayOutputStream values = new ByteArrayOutputStream();

    /** Rows in a row that have a value, or have none. */
    private int run;

    private boolean present;

    /** Bits of truth values that are no byte yet. */
    private int bits;

    private int bitCount;
    private long uncompressed;

    Chunk(Column column) {
      this.column = column;
    }

    void add(String cell) {
      if (run > 0 && present == cell.isEmpty()) {
        endRun();
      }
      present = !cell.isEmpty();
      run++;
      if (present) {
        value(cell);
      }
    }

    private void value(String cell) {
      switch (column.type()) {
        case BOOLEAN -> {
          bits |= (cell.equals("1") ? 1 : 0) << bitCount++;
          if (bitCount == Byte.SIZE) {
            endByte();
          }
        }
        case INT32 -> values.writeBytes(littleEndian(4).putInt(Integer.parseInt(cell)).array());
        case DOUBLE ->
            values.writeBytes(littleEndian(8).putDouble(Double.parseDouble(cell)).array());
        case TEXT -> {
          byte[] text = cell.getBytes(StandardCharsets.UTF_8);
          values.writeBytes(littleEndian(4).putInt(text.length).array());
          values.writeBytes(text);
        }
      }
    }

    private void endByte() {
      values.write(bits);
      bits = 0;
      bitCount = 0;
    }

    /** A run-length: its length, whose lowest bit says that it is one, and the repeated value. */
    private void endRun() {
      ThriftCompact.varint(levels, run << 1);
      levels.write(present ? 1 : 0);
      run = 0;
    }

    byte[] page() {
      endRun();
      if (bitCount > 0) {
        endByte();
      }
      return littleEndian(Integer.BYTES + levels.size() + values.size())
          .putInt(levels.size())
          .put(levels.toByteArray())
          .put(values.toByteArray())
          .array();
    }

    void clear() {
      levels.reset();
      values.reset();
    }
  }
}

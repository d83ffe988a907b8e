package org.mococxr.datasets.splitting;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.mococxr.foundation.Digests;

/**
 * The line of every image, formatted once: one image may be in many manifests. Lines lie one behind
 * the other in blocks, so that those that follow each other are written and compared at once.
 */
final class ManifestLines {
  private static final int BLOCK = 1 << 14;

  private final byte[] header;
  private final byte[][] blocks;
  private final int[][] ends;

  /** Writes the line of a row. */
  interface Format {
    void write(int row, OutputStream out) throws IOException;
  }

  private interface Run {
    void found(byte[] block, int from, int to) throws IOException;
  }

  private ManifestLines(byte[] header, int count) {
    this.header = header;
    this.blocks = new byte[(count + BLOCK - 1) / BLOCK][];
    this.ends = new int[blocks.length][];
  }

  /**
   * Formats lines, several blocks at once.
   *
   * @param format asked for in each block, since formats keep what they work with
   */
  static ManifestLines of(byte[] header, int count, Supplier<Format> format) {
    ManifestLines lines = new ManifestLines(header, count);
    IntStream.range(0, lines.blocks.length)
        .parallel()
        .forEach(
            block -> {
              int first = block * BLOCK;
              lines.fill(block, first, Math.min(count - first, BLOCK), format.get());
            });
    return lines;
  }

  private void fill(int block, int first, int count, Format format) {
    ByteArrayOutputStream text = new ByteArrayOutputStream(count * 160);
    ends[block] = new int[count];
    try {
      for (int i = 0; i < count; i++) {
        format.write(first + i, text);
        ends[block][i] = text.size();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    blocks[block] = text.toByteArray();
  }

  /** SHA-256 of the header and all lines. */
  String digest() {
    Digests.Builder digest = new Digests.Builder().add(header);
    for (byte[] block : blocks) {
      digest.add(block);
    }
    return digest.sha256();
  }

  /** How many blocks there are. */
  int blocks() {
    return blocks.length;
  }

  /** The rows of a block: its first, and one beyond its last. */
  int[] rows(int block) {
    return new int[] {block * BLOCK, block * BLOCK + ends[block].length};
  }

  /** A block as a table of its own, with the header. */
  InputStream table(int block) {
    return new SequenceInputStream(
        new ByteArrayInputStream(header), new ByteArrayInputStream(blocks[block]));
  }

  /** Writes the header and the lines of rows. */
  void write(int[] rows, OutputStream out) throws IOException {
    out.write(header);
    forEachRun(rows, (block, from, to) -> out.write(block, from, to - from));
  }

  /**
   * Compares a text with what {@link #write} writes.
   *
   * @return the first byte that differs; −1 if none does
   */
  int difference(byte[] text, int[] rows) throws IOException {
    int[] at = {0};
    int[] differs = {-1};
    Run compare =
        (block, from, to) -> {
          int end = Math.min(text.length, at[0] + to - from);
          int found = Arrays.mismatch(text, Math.min(at[0], end), end, block, from, to);
          if (found >= 0 && differs[0] < 0) {
            differs[0] = at[0] + found;
          }
          at[0] += to - from;
        };
    compare.found(header, 0, header.length);
    forEachRun(rows, compare);
    return differs[0] >= 0 || at[0] == text.length ? differs[0] : at[0];
  }

  /** Of rows that follow each other in one block, one piece. */
  private void forEachRun(int[] rows, Run run) throws IOException {
    int next = 0;
    while (next < rows.length) {
      int first = rows[next++];
      int last = first;
      while (next < rows.length && rows[next] == last + 1 && rows[next] % BLOCK != 0) {
        last = rows[next++];
      }
      int[] ended = ends[first / BLOCK];
      int from = first % BLOCK == 0 ? 0 : ended[first % BLOCK - 1];
      run.found(blocks[first / BLOCK], from, ended[last % BLOCK]);
    }
  }
}

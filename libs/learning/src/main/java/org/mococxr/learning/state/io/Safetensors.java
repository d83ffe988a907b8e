package org.mococxr.learning.state.io;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.mococxr.foundation.AtomicFiles;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.Tensor;
import org.mococxr.learning.state.TensorType;

/**
 * Reads and writes safetensors: eight bytes of header length, a JSON header, the bytes. The header
 * keeps the state dict's order; the bytes are laid out widest type first, so that every tensor is
 * aligned for readers that map the file (PyTorch's among them).
 */
public final class Safetensors {
  private static final String METADATA = "__metadata__";

  /** The reference implementation's own limit. */
  private static final long MAX_HEADER = 100_000_000;

  private static final int ALIGNMENT = 8;

  private Safetensors() {}

  /**
   * What a file holds.
   *
   * @param tensors in the header's order
   * @param metadata free text by key
   */
  public record Contents(StateDict tensors, Map<String, String> metadata) {}

  private record Entry(String name, Elements elements, long[] shape, long begin, long end) {}

  /** Writes a file that is there whole or not at all. */
  public static void write(Path file, StateDict tensors, Map<String, String> metadata) {
    List<Map.Entry<String, Tensor>> layout = new ArrayList<>(tensors.asMap().entrySet());
    layout.sort(
        Comparator.comparingInt((Map.Entry<String, Tensor> e) -> e.getValue().type().bytes())
            .reversed());
    Map<String, long[]> offsets = new LinkedHashMap<>();
    long position = 0;
    for (Map.Entry<String, Tensor> e : layout) {
      long end = position + e.getValue().data().length;
      offsets.put(e.getKey(), new long[] {position, end});
      position = end;
    }
    byte[] header = header(tensors, metadata, offsets);
    try {
      AtomicFiles.write(
          file,
          out -> {
            out.write(
                ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(header.length)
                    .array());
            out.write(header);
            for (Map.Entry<String, Tensor> e : layout) {
              out.write(e.getValue().data());
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] header(
      StateDict tensors, Map<String, String> metadata, Map<String, long[]> offsets) {
    ObjectNode root = Json.MAPPER.createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode node = root.putObject(METADATA);
      // By key, so that the same content is the same bytes: Map.of has another order in each
      // process.
      new TreeMap<>(metadata).forEach(node::put);
    }
    tensors
        .asMap()
        .forEach(
            (name, tensor) -> {
              ObjectNode node = root.putObject(name);
              node.put("dtype", tensor.type().name());
              ArrayNode shape = node.putArray("shape");
              for (long d : tensor.shape()) {
                shape.add(d);
              }
              node.putArray("data_offsets").add(offsets.get(name)[0]).add(offsets.get(name)[1]);
            });
    byte[] json = root.toString().getBytes(StandardCharsets.UTF_8);
    int padded = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    byte[] header = Arrays.copyOf(json, padded);
    Arrays.fill(header, json.length, padded, (byte) ' ');
    return header;
  }

  /**
   * Reads a file.
   *
   * @throws UserErrorException if it is missing, cut short, or no safetensors file
   */
  public static Contents read(Path file) {
    TensorFile.start(file, "a safetensors file");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size < 8) {
        throw broken(file, "the file has " + size + " bytes, too few for a header");
      }
      long headerLength = bytes(channel, 0, 8).getLong();
      if (headerLength < 2 || headerLength > Math.min(MAX_HEADER, size - 8)) {
        throw broken(
            file, "its header is said to have " + headerLength + " bytes of a file of " + size);
      }
      JsonNode root = Json.MAPPER.readTree(bytes(channel, 8, headerLength).array());
      if (!(root instanceof ObjectNode)) {
        throw broken(file, "its header is no JSON object");
      }
      Map<String, String> metadata = new LinkedHashMap<>();
      List<Entry> entries = new ArrayList<>();
      for (Map.Entry<String, JsonNode> field : root.properties()) {
        if (field.getKey().equals(METADATA)) {
          field
              .getValue()
              .properties()
              .forEach(m -> metadata.put(m.getKey(), m.getValue().asText()));
        } else {
          entries.add(entry(file, field.getKey(), field.getValue()));
        }
      }
      checkLayout(file, entries, size - 8 - headerLength);
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (Entry e : entries) {
        byte[] data = bytes(channel, 8 + headerLength + e.begin, e.end - e.begin).array();
        tensors.put(e.name, tensor(file, e, data));
      }
      return new Contents(StateDict.of(tensors), metadata);
    } catch (NoSuchFileException e) {
      throw UserErrorException.at(file, "there is no such file", "a safetensors file");
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw broken(file, "its header is no JSON");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Tensor tensor(Path file, Entry entry, byte[] data) {
    try {
      return entry.elements.tensor(entry.shape, data);
    } catch (ArithmeticException e) {
      throw broken(file, "tensor " + entry.name + " holds a number that is " + e.getMessage());
    }
  }

  private static Entry entry(Path file, String name, JsonNode node) {
    String said = node.path("dtype").asText();
    Elements elements =
        Arrays.stream(TensorType.values())
            .filter(known -> known.name().equals(said))
            .findFirst()
            .map(Elements::of)
            .or(() -> Elements.unsigned(said))
            .orElseThrow(() -> broken(file, "tensor " + name + " has type " + node.path("dtype")));
    JsonNode dims = node.path("shape");
    JsonNode range = node.path("data_offsets");
    if (!dims.isArray() || !range.isArray() || range.size() != 2) {
      throw broken(file, "tensor " + name + " lacks a shape or its place");
    }
    long[] shape = new long[dims.size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = dims.get(i).asLong(-1);
      if (shape[i] < 0) {
        throw broken(file, "tensor " + name + " has shape " + dims);
      }
    }
    long begin = range.get(0).asLong(-1);
    long end = range.get(1).asLong(-1);
    long expected;
    try {
      expected = Math.multiplyExact(Tensor.elements(shape), elements.bytes());
    } catch (ArithmeticException e) {
      throw broken(file, "tensor " + name + " has shape " + dims);
    }
    if (begin < 0 || end < begin || end - begin != expected || expected > Integer.MAX_VALUE - 8) {
      throw broken(file, "tensor " + name + " of shape " + dims + " cannot lie at " + range);
    }
    return new Entry(name, elements, shape, begin, end);
  }

  /** The tensors must tile the rest of the file: no gap, no overlap, nothing cut off. */
  private static void checkLayout(Path file, List<Entry> entries, long available) {
    List<Entry> sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long position = 0;
    for (Entry e : sorted) {
      if (e.begin != position) {
        throw broken(file, "tensor " + e.name + " does not start where the one before it ends");
      }
      position = e.end;
    }
    if (position != available) {
      throw broken(file, "its tensors need " + position + " bytes and the file has " + available);
    }
  }

  private static ByteBuffer bytes(FileChannel channel, long position, long count)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) count).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new IOException("the file became shorter while it was read");
      }
    }
    return buffer.flip();
  }

  private static UserErrorException broken(Path file, String problem) {
    return UserErrorException.at(
        file, problem, "a whole safetensors file; this one is torn or of another format");
  }
}

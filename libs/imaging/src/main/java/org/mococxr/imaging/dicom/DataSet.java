package org.mococxr.imaging.dicom;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The elements of one data set, as places in the file's bytes.
 *
 * @param bytes in the byte order of the transfer syntax
 */
record DataSet(ByteBuffer bytes, Map<Integer, Element> elements) {

  /**
   * Where an element's value lies.
   *
   * @param vr its two letters, or {@code "UN"} where the file does not say
   * @param offset of the value
   * @param length in bytes
   * @param items the nested data sets of a sequence
   * @param fragments offsets and lengths of encapsulated pixel data, the offset table first
   */
  record Element(String vr, int offset, int length, List<DataSet> items, List<int[]> fragments) {}

  DataSet(ByteBuffer bytes) {
    this(bytes, new HashMap<>());
  }

  /** Remembers an element if anybody will ask for it. */
  void keep(int tag, Element element) {
    if (Tag.WANTED.contains(tag)) {
      elements.put(tag, element);
    }
  }

  Optional<Element> element(int tag) {
    return Optional.ofNullable(elements.get(tag));
  }

  /** The first value of a text element, trimmed; empty if it is absent or blank. */
  Optional<String> text(int tag) {
    return element(tag)
        .map(
            element -> {
              byte[] raw = new byte[element.length()];
              bytes.get(element.offset(), raw);
              String all = new String(raw, charset());
              int end = all.indexOf('\\');
              return (end < 0 ? all : all.substring(0, end)).replace('\0', ' ').strip();
            })
        .filter(value -> !value.isEmpty());
  }

  /** A number written as text, or the fallback if it is absent or is no number. */
  Optional<Double> decimal(int tag) {
    try {
      return text(tag).map(Double::valueOf).filter(Double::isFinite);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** An unsigned 16-bit number. */
  Optional<Integer> unsigned(int tag) {
    return element(tag)
        .filter(element -> element.length() >= 2)
        .map(element -> bytes.getShort(element.offset()) & 0xFFFF);
  }

  /** All 16-bit numbers of an element, unsigned. */
  int[] unsignedShorts(int tag) {
    Element element = elements.get(tag);
    int[] values = new int[element == null ? 0 : element.length() / 2];
    for (int i = 0; i < values.length; i++) {
      values[i] = bytes.getShort(element.offset() + 2 * i) & 0xFFFF;
    }
    return values;
  }

  /** The first item of a sequence. */
  Optional<DataSet> firstItem(int tag) {
    return element(tag).map(Element::items).filter(items -> !items.isEmpty()).map(List::getFirst);
  }

  /**
   * Identifiers and codes are ASCII nearly always; of the rest only these two matter in practice.
   */
  private Charset charset() {
    Element element = elements.get(Tag.CHARACTER_SET);
    if (element != null) {
      byte[] raw = new byte[element.length()];
      bytes.get(element.offset(), raw);
      String name = new String(raw, StandardCharsets.ISO_8859_1);
      if (name.contains("ISO_IR 192")) {
        return StandardCharsets.UTF_8;
      }
      if (name.contains("GB18030") && Charset.isSupported("GB18030")) {
        return Charset.forName("GB18030");
      }
    }
    return StandardCharsets.ISO_8859_1;
  }
}

package org.mococxr.imaging.dicom;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.mococxr.foundation.UserErrorException;

/**
 * The elements of one data set, as places in the file's bytes.
 *
 * @param name of the file, for messages
 * @param bytes in the byte order of the transfer syntax
 */
record DataSet(String name, ByteBuffer bytes, Map<Integer, Element> elements) {
  /** More than any text that is asked for, so that a length field cannot ask for much memory. */
  private static final int MOST_TEXT = 1 << 12;

  /** Of DICOM's DS and IS, with a comma where some writers have it from their locale. */
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(?:\\d+(?:[.,]\\d*)?|[.,]\\d+)(?:[eE][+-]?\\d{1,3})?");

  /** A comma that may separate thousands as well as decimals. */
  private static final Pattern AMBIGUOUS = Pattern.compile("[+-]?[1-9]\\d{0,2},\\d{3}");

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

  DataSet(String name, ByteBuffer bytes) {
    this(name, bytes, new HashMap<>());
  }

  /** Remembers an element if anybody will ask for it. */
  void keep(int tag, Element element) {
    if (Tag.isWanted(tag)) {
      elements.put(tag, element);
    }
  }

  Optional<Element> element(int tag) {
    return Optional.ofNullable(elements.get(tag));
  }

  /** The first value of a text element, trimmed; empty if it is absent or blank. */
  Optional<String> text(int tag) {
    return element(tag)
        .map(element -> values(element).getFirst())
        .filter(value -> !value.isEmpty());
  }

  /** The bytes of a text element, as they are. */
  Optional<byte[]> raw(int tag) {
    return element(tag).map(element -> raw(element, MOST_TEXT));
  }

  /** The bytes of an element, or as many of them as are asked for. */
  byte[] raw(Element element, int most) {
    byte[] raw = new byte[Math.min(most, element.length())];
    bytes.get(element.offset(), raw);
    return raw;
  }

  /** The values of a text element, trimmed, at least one. */
  private List<String> values(Element element) {
    String all = new String(raw(element, MOST_TEXT), charset()).replace('\0', ' ');
    return Arrays.stream(all.split("\\\\", -1)).map(String::strip).toList();
  }

  /**
   * A number, whichever VR the file gives it.
   *
   * @return empty if it is absent or blank
   * @throws UserErrorException if it cannot be read: what rescales or shows pixels must not be
   *     passed over
   */
  Optional<Double> decimal(int tag) {
    return decimals(tag).stream().findFirst();
  }

  /** As above, all values. */
  List<Double> decimals(int tag) {
    Element element = elements.get(tag);
    if (element == null || element.length() == 0) {
      return List.of();
    }
    int at = element.offset();
    int length = element.length();
    switch (element.vr()) {
      case "FD" -> {
        return length < 8 ? List.of() : List.of(finite(tag, bytes.getDouble(at)));
      }
      case "FL" -> {
        return length < 4 ? List.of() : List.of(finite(tag, bytes.getFloat(at)));
      }
      case "US", "SS" -> {
        return length < 2 ? List.of() : List.of((double) bytes.getShort(at));
      }
      default -> {
        List<String> values = values(element);
        return values.stream().allMatch(String::isEmpty)
            ? List.of()
            : values.stream().map(text -> parse(tag, text)).toList();
      }
    }
  }

  private double finite(int tag, double value) {
    if (!Double.isFinite(value)) {
      throw unreadable(tag, String.valueOf(value), "a finite number");
    }
    return value;
  }

  private double parse(int tag, String text) {
    if (!NUMBER.matcher(text).matches()) {
      throw unreadable(tag, text, "a decimal number such as -0.5");
    }
    if (AMBIGUOUS.matcher(text).matches()) {
      throw unreadable(tag, text, "a decimal point: the comma may stand for it or for thousands");
    }
    return finite(tag, Double.parseDouble(text.replace(',', '.')));
  }

  private UserErrorException unreadable(int tag, String found, String expected) {
    return new UserErrorException(
        "%s, element (%04X,%04X)".formatted(name, tag >>> 16, tag & 0xFFFF),
        "the number \"" + found + "\" cannot be read",
        expected + " is expected");
  }

  /** An unsigned 16-bit number; of a longer one, or of one written as text, its value. */
  Optional<Integer> unsigned(int tag) {
    Element element = elements.get(tag);
    if (element == null || element.length() < 2) {
      return Optional.empty();
    }
    return switch (element.vr()) {
      case "IS", "DS" -> decimal(tag).map(Double::intValue);
      case "UL", "SL" ->
          element.length() < 4 ? Optional.empty() : Optional.of(bytes.getInt(element.offset()));
      default -> Optional.of(bytes.getShort(element.offset()) & 0xFFFF);
    };
  }

  /** The 16-bit numbers of an element, unsigned; no more than the longest table has. */
  int[] unsignedShorts(int tag) {
    Element element = elements.get(tag);
    int[] values = new int[element == null ? 0 : Math.min(1 << 16, element.length() / 2)];
    for (int i = 0; i < values.length; i++) {
      values[i] = bytes.getShort(element.offset() + 2 * i) & 0xFFFF;
    }
    return values;
  }

  Optional<DataSet> firstItem(int tag) {
    return element(tag).map(Element::items).filter(items -> !items.isEmpty()).map(List::getFirst);
  }

  /**
   * Identifiers and codes are ASCII nearly always; of the rest only these two matter in practice.
   */
  private Charset charset() {
    Element element = elements.get(Tag.CHARACTER_SET);
    if (element != null) {
      String set = new String(raw(element, MOST_TEXT), StandardCharsets.ISO_8859_1);
      if (set.contains("ISO_IR 192")) {
        return StandardCharsets.UTF_8;
      }
      if (set.contains("GB18030") && Charset.isSupported("GB18030")) {
        return Charset.forName("GB18030");
      }
    }
    return StandardCharsets.ISO_8859_1;
  }
}

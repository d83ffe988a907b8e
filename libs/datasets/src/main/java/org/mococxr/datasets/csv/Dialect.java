package org.mococxr.datasets.csv;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mococxr.foundation.UserErrorException;

/**
 * How a text table is written. Spreadsheet programs write what the language of the computer
 * suggests: semicolons where the comma is the decimal mark, Windows-1252 or UTF-16 instead of
 * UTF-8.
 *
 * @param charset of the text, without a look at a byte order mark
 * @param separator of fields
 * @param declared whether the first line is Excel's {@code sep=;} and no header
 */
public record Dialect(Charset charset, char separator, boolean declared) {
  private static final Charset WINDOWS = Charset.forName("windows-1252");
  private static final int HEAD = 1 << 17;
  private static final int LINES = 50;
  private static final char[] SEPARATORS = {',', ';', '\t', '|'};
  private static final Map<String, Character> NAMES =
      Map.of(
          "comma",
          ',',
          "semicolon",
          ';',
          "tab",
          '\t',
          "\\t",
          '\t',
          "pipe",
          '|',
          "bar",
          '|',
          "space",
          ' ');

  /**
   * Looks at a file.
   *
   * @param separator a character or {@code comma, semicolon, tab, pipe, space}; {@code null}
   *     recognises it
   */
  static Dialect of(Path file, String separator) throws IOException {
    byte[] head;
    try (InputStream in = CsvTable.open(file)) {
      head = in.readNBytes(HEAD);
    }
    Charset charset = charset(file, head);
    String text = new String(head, charset);
    if (text.startsWith("\uFEFF")) {
      text = text.substring(1);
    }
    boolean declared = text.regionMatches(true, 0, "sep=", 0, 4) && text.length() > 5;
    char found =
        separator != null ? parse(separator) : declared ? text.charAt(4) : mostLikely(lines(text));
    return new Dialect(charset, found, declared);
  }

  /** The lines of a text, in whichever encoding it is, without a byte order mark. */
  public static List<String> lines(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    String text =
        new String(bytes, charset(file, Arrays.copyOf(bytes, Math.min(bytes.length, HEAD))));
    return (text.startsWith("\uFEFF") ? text.substring(1) : text).lines().toList();
  }

  /** The separator of a name, or of a single character. */
  public static char parse(String separator) {
    Character named = NAMES.get(separator.toLowerCase(Locale.ROOT));
    if (named != null) {
      return named;
    }
    if (separator.length() != 1 || "\"\r\n".contains(separator)) {
      throw new UserErrorException(
          "separator",
          "'" + separator + "' cannot separate fields",
          "expected one character, or comma, semicolon, tab, pipe or space");
    }
    return separator.charAt(0);
  }

  /** In words, where it is not the usual; empty for UTF-8 with commas. */
  String text() {
    List<String> words = new ArrayList<>();
    switch (separator) {
      case ',' -> {}
      case ';' -> words.add("semicolon-separated");
      case '\t' -> words.add("tab-separated");
      default -> words.add("separated by '" + separator + "'");
    }
    if (!charset.equals(StandardCharsets.UTF_8)) {
      words.add(charset.displayName(Locale.ROOT));
    }
    return String.join(", ", words);
  }

  private static Charset charset(Path file, byte[] head) throws IOException {
    if (starts(head, 0xEF, 0xBB, 0xBF)) {
      return StandardCharsets.UTF_8;
    }
    if (starts(head, 0xFF, 0xFE)) {
      return StandardCharsets.UTF_16LE;
    }
    if (starts(head, 0xFE, 0xFF)) {
      return StandardCharsets.UTF_16BE;
    }
    // Latin text in UTF-16 has a zero in nearly every other byte.
    int pairs = Math.min(head.length, 2000) / 2;
    int[] zeros = new int[2];
    for (int i = 0; i < pairs * 2; i++) {
      zeros[i & 1] += head[i] == 0 ? 1 : 0;
    }
    if (pairs >= 4
        && Math.max(zeros[0], zeros[1]) > pairs * 0.6
        && Math.min(zeros[0], zeros[1]) < pairs * 0.1) {
      return zeros[1] > zeros[0] ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE;
    }
    return isUtf8(file) ? StandardCharsets.UTF_8 : WINDOWS;
  }

  private static boolean starts(byte[] head, int... mark) {
    for (int i = 0; i < mark.length; i++) {
      if (i >= head.length || (head[i] & 0xFF) != mark[i]) {
        return false;
      }
    }
    return true;
  }

  /** The whole file, since the first letter beyond ASCII may be in its last line. */
  private static boolean isUtf8(Path file) throws IOException {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    byte[] chunk = new byte[HEAD];
    byte[] rest = {};
    try (InputStream in = CsvTable.open(file)) {
      for (int n = in.readNBytes(chunk, 0, HEAD); n > 0; n = in.readNBytes(chunk, 0, HEAD)) {
        if (rest.length == 0 && isAscii(chunk, n)) {
          continue;
        }
        byte[] joined = Arrays.copyOf(rest, rest.length + n);
        System.arraycopy(chunk, 0, joined, rest.length, n);
        int whole = joined.length - unfinished(joined);
        decoder.decode(ByteBuffer.wrap(joined, 0, whole));
        rest = Arrays.copyOfRange(joined, whole, joined.length);
      }
      return rest.length == 0;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static boolean isAscii(byte[] bytes, int length) {
    int all = 0;
    for (int i = 0; i < length; i++) {
      all |= bytes[i];
    }
    return all >= 0;
  }

  /** Bytes at the end that begin a character whose rest is in the next chunk. */
  private static int unfinished(byte[] bytes) {
    for (int back = 1; back <= Math.min(3, bytes.length); back++) {
      int value = bytes[bytes.length - back] & 0xFF;
      if (value >= 0xC0) {
        int needed = value >= 0xF0 ? 4 : value >= 0xE0 ? 3 : 2;
        return needed > back ? back : 0;
      }
      if (value < 0x80) {
        return 0;
      }
    }
    return 0;
  }

  /** The first lines; line breaks in quotes do not end one. */
  private static List<String> lines(String text) {
    List<String> lines = new ArrayList<>();
    boolean quoted = false;
    int start = 0;
    for (int i = 0; i < text.length() && lines.size() < LINES; i++) {
      char c = text.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && (c == '\n' || c == '\r')) {
        if (i > start) {
          lines.add(text.substring(start, i));
        }
        start = i + 1;
      }
    }
    if (lines.isEmpty() && start < text.length()) {
      lines.add(text.substring(start));
    }
    return lines;
  }

  /** The one that divides most lines into as many fields as the header, and into most. */
  private static char mostLikely(List<String> lines) {
    char best = ',';
    double bestScore = 0;
    for (char separator : SEPARATORS) {
      int columns = lines.isEmpty() ? 0 : count(lines.get(0), separator);
      if (columns > 0) {
        long equal = lines.stream().filter(line -> count(line, separator) == columns).count();
        double score = equal / (double) lines.size() + Math.min(columns, 100) * 1e-3;
        if (score > bestScore) {
          best = separator;
          bestScore = score;
        }
      }
    }
    return best;
  }

  private static int count(String line, char separator) {
    int count = 0;
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      quoted ^= c == '"';
      count += !quoted && c == separator ? 1 : 0;
    }
    return count;
  }
}

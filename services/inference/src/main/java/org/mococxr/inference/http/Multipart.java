package org.mococxr.inference.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mococxr.foundation.UserErrorException;

/**
 * The parts of a {@code multipart/form-data} body (RFC 7578), where they lie in memory: no image is
 * written to a disk.
 */
public final class Multipart {
  private static final int MOST_PARTS = 1024;
  private static final int LONGEST_HEADERS = 8 << 10;
  private static final Pattern BOUNDARY =
      Pattern.compile(
          ";\\s*boundary=(?:\"([^\"]{1,70})\"|([^;\\s\"]{1,70}))", Pattern.CASE_INSENSITIVE);
  private static final Pattern NAME =
      Pattern.compile("(?:^|[;\\s])name=(?:\"([^\"]*)\"|([^;\\s]*))", Pattern.CASE_INSENSITIVE);
  private static final Pattern FILE_NAME =
      Pattern.compile("[;\\s]filename=(?:\"([^\"]*)\"|([^;\\s]*))", Pattern.CASE_INSENSITIVE);

  private final byte[] body;
  private final int end;
  private final byte[] delimiter;

  private Multipart(ByteBuffer body, String boundary) {
    this.body = body.array();
    this.end = body.arrayOffset() + body.limit();
    this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
  }

  /**
   * A field of the form.
   *
   * @param name of the field
   * @param fileName empty when the field is not a file
   */
  public record Part(String name, String fileName, ByteBuffer content) {}

  /** Whether the content type is a form's. */
  public static boolean recognises(String contentType) {
    return contentType != null
        && contentType.toLowerCase(Locale.ROOT).startsWith("multipart/form-data");
  }

  /** The form's fields, in order. */
  public static List<Part> parts(ByteBuffer body, String contentType) {
    Matcher boundary = BOUNDARY.matcher(contentType);
    if (!boundary.find()) {
      throw new UserErrorException(
          "header Content-Type", "has no boundary", "multipart/form-data; boundary=…");
    }
    return new Multipart(body, either(boundary)).parts(body.arrayOffset() + body.position());
  }

  private List<Part> parts(int begin) {
    List<Part> parts = new ArrayList<>();
    // The first delimiter may lack the line break before it.
    int at = startsWith(delimiter, 2, begin) ? begin + delimiter.length - 2 : afterNext(begin);
    while (!(at + 1 < end && body[at] == '-' && body[at + 1] == '-')) {
      if (parts.size() == MOST_PARTS) {
        throw wrong("has more than " + MOST_PARTS + " fields");
      }
      int headers = lineBreak(at) + 2;
      int content = endOfHeaders(headers);
      int next = afterNext(content - 2); // an empty content shares its line break
      int length = Math.max(0, next - delimiter.length - content);
      parts.add(part(headers, content, length));
      at = next;
    }
    return parts;
  }

  private Part part(int headers, int content, int length) {
    String text = new String(body, headers, Math.max(0, content - headers), StandardCharsets.UTF_8);
    String disposition = "";
    for (String line : text.split("\r\n")) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-disposition:")) {
        disposition = line.substring(line.indexOf(':') + 1);
      }
    }
    Matcher name = NAME.matcher(disposition);
    Matcher fileName = FILE_NAME.matcher(disposition);
    return new Part(
        name.find() ? either(name) : "",
        fileName.find() ? either(fileName) : "",
        ByteBuffer.wrap(body, content, length).slice());
  }

  private static String either(Matcher matcher) {
    return matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
  }

  private int lineBreak(int from) {
    for (int at = from; at + 1 < end && at < from + LONGEST_HEADERS; at++) {
      if (body[at] == '\r' && body[at + 1] == '\n') {
        return at;
      }
    }
    throw wrong("has a boundary without a line break");
  }

  /** Where the content begins: after an empty line. */
  private int endOfHeaders(int from) {
    for (int at = from; at < from + LONGEST_HEADERS; ) {
      int next = lineBreak(at);
      if (next == at) {
        return at + 2;
      }
      at = next + 2;
    }
    throw wrong("has a field with more than " + LONGEST_HEADERS + " bytes of headers");
  }

  private int afterNext(int from) {
    for (int at = Math.max(from, 0); at <= end - delimiter.length; at++) {
      if (body[at] == '\r' && startsWith(delimiter, 0, at)) {
        return at + delimiter.length;
      }
    }
    throw wrong("ends without its boundary");
  }

  private boolean startsWith(byte[] what, int skip, int at) {
    if (at + what.length - skip > end) {
      return false;
    }
    for (int i = skip; i < what.length; i++) {
      if (body[at + i - skip] != what[i]) {
        return false;
      }
    }
    return true;
  }

  private static UserErrorException wrong(String problem) {
    return new UserErrorException("form", problem, "send a whole form: curl -F image=@xray.png");
  }
}

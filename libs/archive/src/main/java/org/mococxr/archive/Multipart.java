package org.mococxr.archive;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mococxr.foundation.UserErrorException;

/** The first part of a multipart answer (RFC 2387), or the whole of another. */
final class Multipart {
  private static final Pattern BOUNDARY =
      Pattern.compile("boundary=(?:\"([^\"]+)\"|([^;\\s]+))", Pattern.CASE_INSENSITIVE);

  private Multipart() {}

  static byte[] firstPart(DicomWebClient.Answer answer) {
    if (!answer.contentType().toLowerCase(Locale.ROOT).startsWith("multipart/")) {
      return answer.body();
    }
    Matcher found = BOUNDARY.matcher(answer.contentType());
    if (found.find()) {
      String name = found.group(1) != null ? found.group(1) : found.group(2);
      byte[] body = answer.body();
      int start = find(body, bytes("--" + name), 0);
      int head = start < 0 ? -1 : find(body, bytes("\r\n\r\n"), start);
      int end = head < 0 ? -1 : find(body, bytes("\r\n--" + name), head + 2);
      if (end >= head + 4) {
        return Arrays.copyOfRange(body, head + 4, end);
      }
    }
    throw new UserErrorException(
        "the archive", "answers with a damaged multipart body", "a whole DICOM file is expected");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static int find(byte[] data, byte[] wanted, int from) {
    for (int at = from; at + wanted.length <= data.length; at++) {
      if (data[at] == wanted[0]
          && Arrays.equals(data, at, at + wanted.length, wanted, 0, wanted.length)) {
        return at;
      }
    }
    return -1;
  }
}

package org.mococxr.inference.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.mococxr.foundation.Causes;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.protocol.Failure;
import org.mococxr.inference.protocol.RefusedException;

/** Takes off the compression of a body, as far as the result is no larger than a body may be. */
final class Inflation {
  private static final int STEP = 64 << 10;

  private Inflation() {}

  /**
   * @param encoding as in {@code Content-Encoding} or {@code grpc-encoding}; null for none
   * @param most bytes of the result
   * @return the body itself when it is not compressed
   */
  static ByteBuffer of(byte[] bytes, int offset, int length, String encoding, long most) {
    String name = encoding == null ? "identity" : encoding.trim().toLowerCase(Locale.ROOT);
    InputStream in = new ByteArrayInputStream(bytes, offset, length);
    try {
      return switch (name) {
        case "identity", "" -> ByteBuffer.wrap(bytes, offset, length).slice();
        case "gzip", "x-gzip" -> all(new GZIPInputStream(in, STEP), most);
        case "deflate" -> all(new InflaterInputStream(in), most);
        default ->
            throw new RefusedException(
                Failure.UNSUPPORTED,
                "the body's encoding is " + name + "; gzip, deflate and identity are known");
      };
    } catch (IOException e) {
      throw new UserErrorException(
          "request body",
          "is not " + name + ": " + Causes.message(e),
          "send it whole, or uncompressed",
          e);
    }
  }

  private static ByteBuffer all(InputStream in, long most) throws IOException {
    byte[] result = new byte[STEP];
    int length = 0;
    for (int read; (read = in.read(result, length, result.length - length)) >= 0; ) {
      length += read;
      if (length > most) {
        throw new RefusedException(
            Failure.TOO_LARGE, "the inflated body has more than " + most + " bytes (limits.body)");
      }
      if (length == result.length) {
        result = Arrays.copyOf(result, (int) Math.min(Integer.MAX_VALUE - 8L, 2L * length));
      }
    }
    return ByteBuffer.wrap(result, 0, length).slice();
  }
}

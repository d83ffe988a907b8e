package org.mococxr.inference.rest;

import io.vertx.core.http.HttpServerRequest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.http.Body;
import org.mococxr.inference.http.Multipart;

/**
 * A file that a person sent, as the body or in a form.
 *
 * @param name for messages
 * @param file its bytes
 */
record Upload(String name, byte[] file) {
  private static final String FIELD = "image";

  static Upload of(Body body, HttpServerRequest request) {
    ByteBuffer bytes = body.inflated(request.getHeader("Content-Encoding"));
    String type = request.getHeader("Content-Type");
    if (!Multipart.recognises(type)) {
      return new Upload("request body", copy(bytes));
    }
    Multipart.Part image =
        Multipart.parts(bytes, type).stream()
            .filter(part -> part.name().equals(FIELD))
            .findFirst()
            .orElseThrow(
                () ->
                    new UserErrorException(
                        "form field " + FIELD, "is missing", "send -F image=@xray.png"));
    String name = image.fileName().isBlank() ? "form field " + FIELD : image.fileName();
    return new Upload(name, copy(image.content()));
  }

  private static byte[] copy(ByteBuffer bytes) {
    int begin = bytes.arrayOffset() + bytes.position();
    return Arrays.copyOfRange(bytes.array(), begin, begin + bytes.remaining());
  }
}

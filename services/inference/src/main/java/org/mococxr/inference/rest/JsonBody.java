package org.mococxr.inference.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.http.Body;

/** A small body in JSON. */
final class JsonBody {
  private static final int LARGEST = 64 << 10;

  private JsonBody() {}

  /**
   * @throws UserErrorException when it is too large, no JSON, or has a field twice
   */
  static JsonNode of(Body body, HttpServerRequest request) {
    ByteBuffer bytes = body.inflated(request.getHeader("Content-Encoding"));
    if (bytes.remaining() > LARGEST) {
      throw new UserErrorException(
          "request body", "has " + bytes.remaining() + " bytes", "at most " + LARGEST);
    }
    try {
      return Json.ONCE.readTree(
          bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    } catch (JsonProcessingException e) {
      throw new UserErrorException(
          "request body",
          "is not JSON: " + e.getOriginalMessage(),
          "an object, each field once",
          e);
    } catch (IOException e) {
      throw new UserErrorException("request body", "cannot be read", "an object in JSON", e);
    }
  }
}

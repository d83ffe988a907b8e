package org.mococxr.inference.batches;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;

/**
 * A request that came by Kafka: an image file, or JSON that names or holds images.
 *
 * @param model the model's name; empty when the request names none
 * @param study whose the images are; as they say themselves when empty
 * @param images at least one
 */
record TopicRequest(
    Optional<String> model, Optional<String> study, List<BatchStudies.Image> images) {
  private static final String EXPECTED =
      "an image file, or {\"model\": …, \"study\": …, \"images\": [\"s3://…\", {\"name\": …,"
          + " \"data\": <base64>}]}";

  /**
   * @param stored reads the images that are named
   * @throws UserErrorException when it is no request
   */
  static TopicRequest of(ConsumerRecord<byte[], byte[]> record, BatchImages stored) {
    byte[] value = record.value();
    if (value == null || value.length == 0) {
      throw new UserErrorException("record", "has no value", EXPECTED);
    }
    if (value[0] != '{') { // no image file begins so
      String name = header(record, "name").orElse("record");
      return new TopicRequest(
          header(record, "model"),
          header(record, "study"),
          List.of(new BatchStudies.Image(name, () -> value)));
    }
    JsonNode json = json(value);
    List<BatchStudies.Image> images = new ArrayList<>();
    for (JsonNode image : json.path("images")) {
      images.add(image(image, images.size(), stored));
    }
    if (images.isEmpty()) {
      throw new UserErrorException("images", "are missing", EXPECTED);
    }
    return new TopicRequest(
        text(json, "model").or(() -> header(record, "model")),
        text(json, "study").or(() -> header(record, "study")),
        images);
  }

  private static JsonNode json(byte[] value) {
    try {
      return Json.ONCE.readTree(value);
    } catch (JsonProcessingException e) {
      throw new UserErrorException("record", "is not JSON: " + e.getOriginalMessage(), EXPECTED, e);
    } catch (IOException e) {
      throw new UserErrorException("record", "is not JSON", EXPECTED, e);
    }
  }

  private static Optional<String> text(JsonNode json, String field) {
    JsonNode found = json.path(field);
    if (found.isMissingNode() || found.isNull()) {
      return Optional.empty();
    }
    if (!found.isTextual() || found.textValue().isBlank()) {
      throw new UserErrorException(field, "is no text", EXPECTED);
    }
    return Optional.of(found.textValue());
  }

  private static Optional<String> header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null || header.value() == null || header.value().length == 0
        ? Optional.empty()
        : Optional.of(new String(header.value(), StandardCharsets.UTF_8));
  }

  private static BatchStudies.Image image(JsonNode image, int number, BatchImages stored) {
    if (image.isTextual()) {
      URI uri = BatchRoots.uri("images[" + number + "]", image.textValue(), "a URI");
      String path = uri.getPath();
      String name = path.substring(path.lastIndexOf('/') + 1);
      return new BatchStudies.Image(name, () -> stored.read(uri, uri.toString()));
    }
    byte[] data = data(image, number);
    String name = text(image, "name").orElse("images[" + number + "]");
    return new BatchStudies.Image(name, () -> data);
  }

  private static byte[] data(JsonNode image, int number) {
    try {
      if (image.path("data").isTextual()) {
        return Base64.getDecoder().decode(image.path("data").textValue());
      }
    } catch (IllegalArgumentException e) {
      throw new UserErrorException("images[" + number + "].data", "is not base64", EXPECTED, e);
    }
    throw new UserErrorException("images[" + number + "]", "has no data", EXPECTED);
  }
}

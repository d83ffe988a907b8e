package org.mococxr.inference.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.protocol.InferRequest;

/**
 * Reads an inference request as a stream: an image of 320 × 320 is 102,400 numbers, each of which
 * would be an object in a tree, and is one byte here. Data may be flat or nested, as the protocol
 * allows; unknown fields are skipped.
 */
final class InferRequestReader {
  private final JsonParser parser;

  private InferRequestReader(JsonParser parser) {
    this.parser = parser;
  }

  static InferRequest read(InputStream body) throws IOException {
    try (JsonParser parser = Json.MAPPER.createParser(body)) {
      return new InferRequestReader(parser).request();
    } catch (JsonProcessingException e) {
      throw new UserErrorException(
          "request body", "is not JSON: " + e.getOriginalMessage(), "an inference request", e);
    }
  }

  private InferRequest request() throws IOException {
    require(parser.nextToken(), JsonToken.START_OBJECT, "request body", "an object");
    String id = null;
    List<InferRequest.Input> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      parser.nextToken();
      switch (field) {
        case "id" -> id = parser.getValueAsString();
        case "inputs" -> {
          require(parser.currentToken(), JsonToken.START_ARRAY, "inputs", "a list");
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            inputs.add(input("inputs[" + inputs.size() + "]"));
          }
        }
        case "outputs" -> {
          require(parser.currentToken(), JsonToken.START_ARRAY, "outputs", "a list");
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            outputs.add(outputName("outputs[" + outputs.size() + "]"));
          }
        }
        default -> parser.skipChildren();
      }
    }
    return new InferRequest(id, inputs, outputs);
  }

  private InferRequest.Input input(String location) throws IOException {
    require(parser.currentToken(), JsonToken.START_OBJECT, location, "an object");
    String name = null;
    String datatype = null;
    List<Long> shape = new ArrayList<>();
    byte[] data = null;
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      parser.nextToken();
      switch (field) {
        case "name" -> name = parser.getValueAsString();
        case "datatype" -> datatype = parser.getValueAsString();
        case "shape" -> shape.addAll(shape(location + ".shape"));
        case "data" -> data = bytes(location + ".data");
        default -> parser.skipChildren();
      }
    }
    if (data == null) {
      throw new UserErrorException(location + ".data", "is missing", "a list of grey levels");
    }
    return new InferRequest.Input(name, datatype, List.copyOf(shape), data);
  }

  private List<Long> shape(String location) throws IOException {
    require(parser.currentToken(), JsonToken.START_ARRAY, location, "a list");
    List<Long> shape = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      require(parser.currentToken(), JsonToken.VALUE_NUMBER_INT, location, "whole numbers");
      shape.add(parser.getLongValue());
    }
    return shape;
  }

  private byte[] bytes(String location) throws IOException {
    require(parser.currentToken(), JsonToken.START_ARRAY, location, "a list");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 17);
    for (int depth = 1; depth > 0; ) {
      JsonToken token = parser.nextToken();
      if (token == JsonToken.START_ARRAY) {
        depth++;
      } else if (token == JsonToken.END_ARRAY) {
        depth--;
      } else {
        bytes.write(greyLevel(token, location, bytes.size()));
      }
    }
    return bytes.toByteArray();
  }

  private int greyLevel(JsonToken token, String location, int index) throws IOException {
    String element = location + ", element " + index;
    require(token, JsonToken.VALUE_NUMBER_INT, element, "a whole number");
    long value = parser.getLongValue();
    if (value < 0 || value > 255) {
      throw new UserErrorException(element, "is " + value, "a grey level is within 0 to 255");
    }
    return (int) value;
  }

  private String outputName(String location) throws IOException {
    require(parser.currentToken(), JsonToken.START_OBJECT, location, "an object with a name");
    String name = null;
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      parser.nextToken();
      if (field.equals("name")) {
        name = parser.getValueAsString();
      } else {
        parser.skipChildren();
      }
    }
    if (name == null) {
      throw new UserErrorException(location, "has no name", "the name of an output");
    }
    return name;
  }

  private void require(JsonToken found, JsonToken wanted, String location, String expected)
      throws IOException {
    if (found != wanted) {
      String problem = found == null ? "ends here" : "is " + parser.getText();
      throw new UserErrorException(location, problem, "expected " + expected);
    }
  }
}

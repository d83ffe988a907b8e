package org.mococxr.inference.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.OptionalLong;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.protocol.InferRequest;
import org.mococxr.inference.protocol.InferRequest.Parameters;
import org.mococxr.inference.protocol.Numbers;
import org.mococxr.inference.protocol.ProtocolParameters;

/**
 * Reads an inference request as a stream: an image of 320 × 320 is 102,400 numbers, each of which
 * would be an object in a tree, and is one byte here. Data may be flat or nested, as the protocol
 * allows, or bytes after the JSON (the binary tensor data extension); unknown fields are skipped.
 */
final class InferRequestReader {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(64)
                  .maxStringLength(
                      Integer.MAX_VALUE) // an image file in base64; the body is bounded
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION) // the first would have no effect
          .build();

  private final JsonParser parser;
  private final ByteBuffer binary;
  private final long mostNumbers;

  private InferRequestReader(JsonParser parser, ByteBuffer binary, long mostNumbers) {
    this.parser = parser;
    this.binary = binary;
    this.mostNumbers = mostNumbers;
  }

  /**
   * @param body JSON, and what follows it
   * @param jsonLength of the JSON, as {@code Inference-Header-Content-Length} says; the whole body
   *     when it is not given
   * @param mostNumbers that a tensor can have
   */
  static InferRequest read(ByteBuffer body, String jsonLength, long mostNumbers) {
    int length = jsonLength == null ? body.remaining() : length(jsonLength, body.remaining());
    int begin = body.arrayOffset() + body.position();
    ByteBuffer binary = body.slice(body.position() + length, body.remaining() - length);
    try (JsonParser parser = JSON.createParser(body.array(), begin, length)) {
      InferRequest request = new InferRequestReader(parser, binary, mostNumbers).request();
      if (binary.hasRemaining()) {
        throw new UserErrorException(
            "request body",
            "has " + binary.remaining() + " bytes after the last input's",
            "as many as the inputs' binary_data_size say");
      }
      return request;
    } catch (JsonProcessingException e) {
      throw new UserErrorException(
          "request body", "is not JSON: " + e.getOriginalMessage(), "an inference request", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int length(String header, int available) {
    try {
      int length = Integer.parseInt(header.trim());
      if (length >= 0 && length <= available) {
        return length;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new UserErrorException(
        "header Inference-Header-Content-Length",
        "is " + header,
        "the JSON's length in bytes, at most the body's " + available);
  }

  private InferRequest request() throws IOException {
    require(parser.nextToken(), JsonToken.START_OBJECT, "request body", "an object");
    String id = null;
    Parameters parameters = Parameters.NONE;
    List<InferRequest.Input> inputs = new ArrayList<>();
    List<InferRequest.Output> outputs = new ArrayList<>();
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      parser.nextToken();
      switch (field) {
        case "id" -> id = parser.getValueAsString();
        case "parameters" -> parameters = parameters();
        case "inputs" -> {
          beginList("inputs");
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            inputs.add(input(next("inputs", inputs)));
          }
        }
        case "outputs" -> {
          beginList("outputs");
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            outputs.add(output(next("outputs", outputs)));
          }
        }
        default -> parser.skipChildren();
      }
    }
    return new InferRequest(id, inputs, outputs, parameters);
  }

  private void beginList(String location) throws IOException {
    require(parser.currentToken(), JsonToken.START_ARRAY, location, "a list");
  }

  private static String next(String list, List<?> entries) {
    if (entries.size() == InferRequest.MOST_ENTRIES) {
      throw new UserErrorException(
          list, "has more than " + InferRequest.MOST_ENTRIES + " entries", "a few");
    }
    return list + "[" + entries.size() + "]";
  }

  private Parameters parameters() throws IOException {
    require(parser.currentToken(), JsonToken.START_OBJECT, "parameters", "an object");
    int priority = 0;
    OptionalLong timeout = OptionalLong.empty();
    boolean binaryOutput = false;
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      parser.nextToken();
      switch (field) {
        case "priority" -> priority = ProtocolParameters.priority(integer("parameters.priority"));
        case "timeout" -> timeout = ProtocolParameters.timeout(integer("parameters.timeout"));
        case "binary_data_output" -> binaryOutput = bool("parameters.binary_data_output");
        default -> parser.skipChildren();
      }
    }
    return new Parameters(priority, timeout, binaryOutput);
  }

  private InferRequest.Input input(String location) throws IOException {
    require(parser.currentToken(), JsonToken.START_OBJECT, location, "an object");
    String name = null;
    String datatype = null;
    List<Long> shape = new ArrayList<>();
    InferRequest.Data data = null;
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      parser.nextToken();
      switch (field) {
        case "name" -> name = parser.getValueAsString();
        case "datatype" -> datatype = parser.getValueAsString();
        case "shape" -> shape = shape(location + ".shape");
        case "data" -> data = data(location + ".data");
        case "parameters" -> {
          ByteBuffer bytes = binaryData(location + ".parameters");
          data = bytes == null ? data : new InferRequest.Raw(bytes);
        }
        default -> parser.skipChildren();
      }
    }
    return new InferRequest.Input(name, datatype, List.copyOf(shape), data);
  }

  /** The input's part of what follows the JSON; null when its data are in the JSON. */
  private ByteBuffer binaryData(String location) throws IOException {
    require(parser.currentToken(), JsonToken.START_OBJECT, location, "an object");
    ByteBuffer bytes = null;
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      parser.nextToken();
      if (!field.equals("binary_data_size")) {
        parser.skipChildren();
        continue;
      }
      long size = integer(location + ".binary_data_size");
      if (size < 0 || size > binary.remaining()) {
        throw new UserErrorException(
            location + ".binary_data_size",
            "is " + size,
            binary.remaining() + " bytes are left after the JSON and the inputs before");
      }
      bytes = binary.slice(binary.position(), (int) size);
      binary.position(binary.position() + (int) size);
    }
    return bytes;
  }

  private List<Long> shape(String location) throws IOException {
    beginList(location);
    List<Long> shape = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      next(location, shape);
      shape.add(integer(location));
    }
    return shape;
  }

  private InferRequest.Data data(String location) throws IOException {
    beginList(location);
    Numbers numbers = new Numbers(location, mostNumbers);
    List<ByteBuffer> files = new ArrayList<>();
    for (int depth = 1; depth > 0; ) {
      switch (parser.nextToken()) {
        case START_ARRAY -> depth++;
        case END_ARRAY -> depth--;
        case VALUE_NUMBER_INT -> {
          if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            numbers.add(parser.getDoubleValue());
          } else {
            numbers.add(parser.getLongValue());
          }
        }
        case VALUE_NUMBER_FLOAT -> numbers.add(parser.getDoubleValue());
        case VALUE_STRING -> {
          next(location, files);
          files.add(base64(location + ", element " + files.size()));
        }
        case null, default -> require(parser.currentToken(), null, location, "numbers or texts");
      }
    }
    if (!files.isEmpty() && numbers.count() > 0) {
      throw new UserErrorException(location, "has numbers and texts", "expected one of them");
    }
    return files.isEmpty() ? numbers.data() : new InferRequest.Files(files);
  }

  private ByteBuffer base64(String location) throws IOException {
    try {
      return ByteBuffer.wrap(Base64.getDecoder().decode(parser.getText()));
    } catch (IllegalArgumentException e) {
      throw new UserErrorException(location, "is not base64", "an image file in base64", e);
    }
  }

  private InferRequest.Output output(String location) throws IOException {
    require(parser.currentToken(), JsonToken.START_OBJECT, location, "an object with a name");
    String name = null;
    Boolean binary = null;
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      parser.nextToken();
      switch (field) {
        case "name" -> name = parser.getValueAsString();
        case "parameters" -> {
          require(parser.currentToken(), JsonToken.START_OBJECT, location, "an object");
          while (parser.nextToken() != JsonToken.END_OBJECT) {
            String parameter = parser.currentName();
            parser.nextToken();
            if (parameter.equals("binary_data")) {
              binary = bool(location + ".parameters.binary_data");
            } else if (parameter.equals("classification")) {
              throw new UserErrorException(
                  location + ".parameters.classification",
                  "is not known here",
                  "ask for probabilities");
            } else {
              parser.skipChildren();
            }
          }
        }
        default -> parser.skipChildren();
      }
    }
    if (name == null) {
      throw new UserErrorException(location, "has no name", "the name of an output");
    }
    return new InferRequest.Output(name, binary);
  }

  private long integer(String location) throws IOException {
    require(parser.currentToken(), JsonToken.VALUE_NUMBER_INT, location, "a whole number");
    return parser.getLongValue();
  }

  private boolean bool(String location) throws IOException {
    JsonToken token = parser.currentToken();
    if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
      require(token, JsonToken.VALUE_TRUE, location, "true or false");
    }
    return token == JsonToken.VALUE_TRUE;
  }

  private void require(JsonToken found, JsonToken wanted, String location, String expected)
      throws IOException {
    if (found == null || found != wanted) {
      String problem = found == null ? "ends here" : "is " + abbreviated(parser.getText());
      throw new UserErrorException(location, problem, "expected " + expected);
    }
  }

  /** The beginning of a text, for messages. */
  static String abbreviated(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }
}

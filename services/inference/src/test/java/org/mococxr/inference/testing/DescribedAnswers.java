package org.mococxr.inference.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.restassured.filter.Filter;
import io.restassured.filter.FilterContext;
import io.restassured.response.Response;
import io.restassured.specification.FilterableRequestSpecification;
import io.restassured.specification.FilterableResponseSpecification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.mococxr.foundation.Json;

/**
 * Holds each answer against the OpenAPI document: it has a status and a media type that the
 * document names for the call, and a body of the schema that stands there. A field that the schema
 * does not have is wrong, too.
 */
public final class DescribedAnswers implements Filter {
  private static final JsonSchemaFactory SCHEMAS =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

  private final JsonNode document;
  private final Set<String> seen = new TreeSet<>();

  public DescribedAnswers() throws IOException {
    document = strict(OpenApiDocument.document());
  }

  /** Method, path and status of the successful answers so far. */
  public Set<String> seen() {
    return seen;
  }

  /** The same of those that the document has. */
  public Set<String> described() {
    Set<String> all = new TreeSet<>();
    document
        .get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        operation ->
                            operation
                                .getValue()
                                .path("responses")
                                .fieldNames()
                                .forEachRemaining(
                                    status ->
                                        all.add(call(operation.getKey(), path.getKey(), status)))));
    all.removeIf(call -> call.endsWith("default"));
    return all;
  }

  private static String call(String method, String path, String status) {
    return method.toUpperCase(Locale.ROOT) + " " + path + " " + status;
  }

  @Override
  public Response filter(
      FilterableRequestSpecification request,
      FilterableResponseSpecification expected,
      FilterContext context) {
    Response answer = context.next(request, expected);
    String path = URI.create(request.getURI()).getPath();
    try {
      check(request.getMethod(), path, answer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return answer;
  }

  private void check(String method, String path, Response answer) throws IOException {
    String template =
        document.get("paths").properties().stream()
            .map(entry -> entry.getKey())
            .sorted(Comparator.comparingInt(name -> name.split("\\{", -1).length))
            .filter(name -> path.matches(name.replaceAll("\\{[^}]*}", "[^/]+")))
            .findFirst()
            .orElseThrow(() -> new AssertionError("the document has no path " + path));
    String status = Integer.toString(answer.statusCode());
    String what = method + " " + path + " " + status;
    JsonNode responses =
        document.get("paths").get(template).path(method.toLowerCase(Locale.ROOT)).path("responses");
    JsonNode response = responses.has(status) ? responses.get(status) : responses.path("default");
    assertTrue(response.isObject(), what);
    if (responses.has(status)) {
      seen.add(call(method, template, status));
    }
    if (response.has("$ref")) {
      response = document.at(response.get("$ref").asText().substring(1));
    }
    byte[] body = answer.asByteArray();
    if (!response.has("content")) {
      assertEquals(0, body.length, what);
      return;
    }
    String type = answer.contentType().split(";")[0];
    JsonNode content = response.get("content").path(type);
    assertTrue(content.isObject(), what + ": " + answer.contentType());
    if (type.equals("application/json")) {
      requireValid(content.get("schema"), body, what);
    } else if (type.equals("text/event-stream")) {
      for (String line : answer.asString().split("\n")) {
        if (line.startsWith("data:")) {
          requireValid("Batch", line.substring("data:".length()).getBytes(), what);
        }
      }
    } else if (answer.header("Inference-Header-Content-Length") != null) {
      int length = Integer.parseInt(answer.header("Inference-Header-Content-Length"));
      requireValid("InferAnswer", Arrays.copyOf(body, length), what);
    }
  }

  private void requireValid(String schema, byte[] json, String what) throws IOException {
    ObjectNode reference = Json.MAPPER.createObjectNode();
    requireValid(reference.put("$ref", "#/components/schemas/" + schema), json, what);
  }

  private void requireValid(JsonNode schema, byte[] json, String what) throws IOException {
    assertTrue(schema.size() > 0, what + ": no schema");
    ObjectNode whole = schema.deepCopy();
    whole.set("components", document.get("components"));
    JsonNode body = Json.MAPPER.readTree(json);
    Set<ValidationMessage> wrong = SCHEMAS.getSchema(whole).validate(body);
    assertEquals(Set.of(), wrong, () -> what + ": " + body);
  }

  /**
   * What OpenAPI calls nullable in the words of a schema, and no fields but those that are there.
   */
  private static JsonNode strict(JsonNode node) {
    if (node instanceof ObjectNode object) {
      if (object.path("nullable").asBoolean()) {
        String type = object.get("type").asText();
        object.putArray("type").add(type).add("null");
      }
      boolean closed = object.path("properties").isObject() && object.has("type");
      if (closed && !object.has("additionalProperties")) {
        object.put("additionalProperties", false);
      }
    }
    node.forEach(DescribedAnswers::strict);
    return node;
  }
}

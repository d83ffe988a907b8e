package org.mococxr.inference.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jboss.resteasy.reactive.RestPath;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.http.Body;
import org.mococxr.inference.quality.Feedback;
import org.mococxr.inference.quality.Rolling;

/** What is found out later about studies that were answered. */
@Path("/v1/models")
public class FeedbackResource {
  private final Feedback feedback;

  /** Keeps it in {@code feedback}. */
  public FeedbackResource(Feedback feedback) {
    this.feedback = feedback;
  }

  /** How the model fares by the labels that came, by task. */
  @GET
  @Path("{model}/feedback")
  public List<Rolling> rolling(@RestPath String model) {
    return feedback.rolling(model);
  }

  /** Takes labels of one study: {@code {"id": …, "labels": {task: true or false}}}. */
  @POST
  @Path("{model}/feedback")
  @Consumes(MediaType.WILDCARD)
  public List<Rolling> label(@RestPath String model, @Context RoutingContext http) {
    try (Body body = Body.take(http)) {
      JsonNode node = JsonBody.of(body, http.request());
      JsonNode id = node.path("id");
      if (!id.isTextual()) {
        throw wrong("id", id, "the id of a study's answer");
      }
      Map<String, Boolean> labels = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> label : node.path("labels").properties()) {
        if (!label.getValue().isBoolean()) {
          throw wrong("labels." + label.getKey(), label.getValue(), "true or false");
        }
        labels.put(label.getKey(), label.getValue().booleanValue());
      }
      if (labels.isEmpty()) {
        throw wrong("labels", node.path("labels"), "an object of tasks, each true or false");
      }
      feedback.label(model, id.textValue(), labels);
      return feedback.rolling(model);
    }
  }

  private static UserErrorException wrong(String field, JsonNode found, String expected) {
    String problem =
        found.isMissingNode()
            ? "is missing"
            : "is " + InferRequestReader.abbreviated(found.toString());
    return new UserErrorException("field " + field, problem, expected);
  }
}

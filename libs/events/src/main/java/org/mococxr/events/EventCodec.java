package org.mococxr.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.ProductVersion;
import org.mococxr.specs.option.Options;

/**
 * Events to and from CloudEvents 1.0 in structured JSON. The type is {@code
 * org.mococxr.<family>.<what>.v1}, the subject the experiment; id and time are the event's; all
 * else of the record is the data. The attribute {@value #VERSION} is the version that wrote it:
 * what that has accepted is read without the rules of this version. An event without it comes from
 * a program of the user's, and is checked.
 */
public final class EventCodec {
  /** Attribute of the writing version. */
  public static final String VERSION = "mococxrversion";

  private static final Map<String, Class<? extends Event>> TYPES = new LinkedHashMap<>();
  private static final Map<Class<? extends Event>, String> NAMES = new HashMap<>();
  private static final ObjectReader GIVEN = Json.MAPPER.reader();
  private static final ObjectReader ACCEPTED = Options.accepting(Json.MAPPER);

  static {
    register("experiments.requested", ExperimentRequested.class);
    register("experiments.cancelled", ExperimentCancelled.class);
    register("experiments.paused", ExperimentPaused.class);
    register("experiments.resumed", ExperimentResumed.class);
    register("experiments.retried", ExperimentRetried.class);
    register("splits.requested", SplitRequested.class);
    register("splits.progress", SplitProgress.class);
    register("splits.completed", SplitCompleted.class);
    register("splits.failed", SplitFailed.class);
    register("runs.requested", RunRequested.class);
    register("runs.pending", RunPending.class);
    register("runs.started", RunStarted.class);
    register("runs.progress", RunProgress.class);
    register("runs.checkpointed", RunCheckpointed.class);
    register("runs.completed", RunCompleted.class);
    register("runs.failed", RunFailed.class);
    register("runs.cancelled", RunCancelled.class);
    register("models.published", ModelPublished.class);
    register("models.withdrawn", ModelWithdrawn.class);
  }

  private final String source;

  /**
   * @param source who sends: a URI reference such as {@code /mococxr/trainer}
   */
  public EventCodec(String source) {
    this.source = Objects.requireNonNull(source);
  }

  private static void register(String what, Class<? extends Event> event) {
    String type = "org.mococxr." + what + ".v1";
    TYPES.put(type, event);
    NAMES.put(event, type);
  }

  /** The CloudEvents types of all events. */
  public static Set<String> types() {
    return Set.copyOf(TYPES.keySet());
  }

  /** The CloudEvents type of an event. */
  public static String type(Event event) {
    return NAMES.get(event.getClass());
  }

  /** One line of JSON. */
  public String encode(Event event) {
    ObjectNode data = Json.MAPPER.valueToTree(event);
    data.remove("eventId");
    data.remove("experiment");
    data.remove("time");
    ObjectNode envelope = Json.MAPPER.createObjectNode();
    envelope.put("specversion", "1.0");
    envelope.put("id", event.eventId());
    envelope.put("source", source);
    envelope.put("type", type(event));
    envelope.put("subject", event.experiment());
    envelope.put("time", event.time().toString());
    envelope.put("datacontenttype", "application/json");
    envelope.put(VERSION, ProductVersion.CURRENT);
    envelope.set("data", data);
    return envelope.toString();
  }

  /**
   * An event, and whose it is.
   *
   * @param accepted whether this product wrote it: what it holds was checked before that
   */
  public record Received(Event event, boolean accepted) {}

  /**
   * @throws EventFormatException if the text is no CloudEvent of a type that we know, or its data
   *     does not fit
   */
  public Event decode(String text) {
    return receive(text).event();
  }

  /**
   * As {@link #decode}, for events that hold options by name, which are not read with them: whoever
   * reads those has to check what was not accepted.
   */
  public Received receive(String text) {
    if (text == null) {
      throw new EventFormatException("no content");
    }
    String writer = null;
    try {
      JsonNode envelope = Json.ONCE.readTree(text);
      if (!envelope.isObject()) {
        throw new EventFormatException("not a JSON object");
      }
      writer = envelope.path(VERSION).textValue();
      String version = required(envelope, "specversion");
      if (!version.equals("1.0")) {
        throw new EventFormatException("specversion is '" + version + "', expected 1.0");
      }
      String type = required(envelope, "type");
      Class<? extends Event> event = TYPES.get(type);
      if (event == null) {
        String by = writer == null ? "" : ", written by version " + writer;
        throw new EventFormatException("unknown type '" + type + "'" + by);
      }
      ObjectNode data = Json.MAPPER.createObjectNode();
      if (envelope.path("data") instanceof ObjectNode given) {
        data.setAll(given);
      }
      data.put("eventId", required(envelope, "id"));
      data.put("experiment", required(envelope, "subject"));
      data.put("time", required(envelope, "time"));
      boolean accepted = writer != null;
      return new Received((accepted ? ACCEPTED : GIVEN).forType(event).readValue(data), accepted);
    } catch (JsonProcessingException e) {
      String by = writer == null ? "" : "; written by version " + writer;
      throw new EventFormatException(e.getOriginalMessage() + by, e);
    } catch (IOException e) {
      throw new EventFormatException(e.getMessage(), e);
    }
  }

  private static String required(JsonNode envelope, String field) {
    JsonNode value = envelope.path(field);
    if (!value.isTextual() || value.textValue().isEmpty()) {
      throw new EventFormatException("no '" + field + "'");
    }
    return value.textValue();
  }
}

package org.mococxr.inference.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.outliers.OutlierStatistics;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.specs.option.Choice;
import org.mococxr.specs.training.FineTuningOptions.Classification;
import org.mococxr.specs.training.ImageOptions;

/** Reads {@code model.json}; fields that serving does not need are left alone. */
final class ModelDescriptionReader {
  private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

  private final String location;
  private final JsonNode document;

  private ModelDescriptionReader(String location, JsonNode document) {
    this.location = location;
    this.document = document;
  }

  /**
   * @param json the file's content
   * @param location the file, for messages
   */
  static ModelDescription read(byte[] json, String location) {
    JsonNode document;
    try {
      document = Json.MAPPER.readTree(new String(json, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new UserErrorException(
          location, "is not JSON: " + e.getOriginalMessage(), "a bundle's model.json", e);
    }
    return new ModelDescriptionReader(location, document).description();
  }

  private ModelDescription description() {
    List<String> tasks = tasks();
    InputGeometry geometry = geometry();
    return new ModelDescription(
        text("name"),
        text("version"),
        tasks,
        multiClass(),
        geometry,
        thresholds(tasks),
        reference(tasks),
        outliers(),
        networkDigest(),
        SelfTest.read(
            document.path("selfTest"),
            geometry.side(),
            tasks.size(),
            location + ", field selfTest"),
        document);
  }

  private String text(String field) {
    String value = document.path(field).asText("");
    if (value.isBlank()) {
      throw wrong(field, "", "a text");
    }
    return value;
  }

  private List<String> tasks() {
    List<String> tasks = new ArrayList<>();
    document.path("tasks").forEach(task -> tasks.add(task.asText("")));
    boolean named = tasks.stream().noneMatch(String::isBlank);
    if (tasks.isEmpty() || !named || tasks.stream().distinct().count() < tasks.size()) {
      throw wrong("tasks", document.path("tasks"), "a list of distinct names, at least one");
    }
    return tasks;
  }

  private boolean multiClass() {
    if (!document.hasNonNull("classification")) {
      return false;
    }
    JsonNode value = document.get("classification");
    return Choice.find(Classification.class, value.asText(""))
            .orElseThrow(() -> wrong("classification", value, "multi-label or multi-class"))
        == Classification.MULTI_CLASS;
  }

  private InputGeometry geometry() {
    JsonNode input = document.path("input");
    int width = input.path("width").asInt();
    int height = input.path("height").asInt();
    try {
      if (width != height) {
        throw new IllegalArgumentException(width + "×" + height + " is not square");
      }
      ImageOptions.Geometry mode =
          Choice.find(ImageOptions.Geometry.class, input.path("geometry").asText(""))
              .orElseThrow(() -> new IllegalArgumentException("neither shorter-side nor square"));
      Geometry resize = new Geometry(mode, input.path("resize").asInt(width));
      return new InputGeometry(resize, width);
    } catch (IllegalArgumentException e) {
      throw wrong("input", input, "a geometry with resize, width and height: " + e.getMessage());
    }
  }

  private Map<String, Double> thresholds(List<String> tasks) {
    Map<String, Double> thresholds = new LinkedHashMap<>();
    JsonNode given = document.path("thresholds");
    for (String task : tasks) {
      JsonNode value = given.path(task);
      if (value.isMissingNode() || value.isNull()) {
        continue;
      }
      if (!value.isNumber() || !(value.asDouble() >= 0 && value.asDouble() <= 1)) {
        throw wrong("thresholds." + task, value, "a probability within 0 to 1");
      }
      thresholds.put(task, value.asDouble());
    }
    return thresholds;
  }

  private Map<String, Reference> reference(List<String> tasks) {
    Map<String, Reference> reference = new LinkedHashMap<>();
    for (String task : tasks) {
      String place = location + ", field reference." + task;
      Reference.read(document.path("reference").path(task), place)
          .ifPresent(read -> reference.put(task, read));
    }
    return reference;
  }

  private Optional<OutlierStatistics> outliers() {
    if (!document.hasNonNull("outliers")) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          Json.LENIENT.treeToValue(document.get("outliers"), OutlierStatistics.class));
    } catch (JsonProcessingException e) {
      throw new UserErrorException(
          location + ", field outliers",
          "cannot be read: " + e.getOriginalMessage(),
          "the statistics that mococxr export writes",
          e);
    }
  }

  private String networkDigest() {
    JsonNode value = document.path("digests").path(BundleLoader.NETWORK);
    String digest = value.asText("").toLowerCase(Locale.ROOT);
    if (!SHA_256.matcher(digest).matches()) {
      throw wrong("digests." + BundleLoader.NETWORK, value, "a SHA-256 in hex");
    }
    return digest;
  }

  private UserErrorException wrong(String field, Object found, String expected) {
    String text = String.valueOf(found);
    String shown = text.isEmpty() ? "is missing" : "is " + abbreviate(text);
    return new UserErrorException(location + ", field " + field, shown, "expected " + expected);
  }

  private static String abbreviate(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }
}

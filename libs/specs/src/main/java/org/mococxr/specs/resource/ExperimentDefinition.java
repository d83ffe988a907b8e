package org.mococxr.specs.resource;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Yaml;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.Schemas;
import org.mococxr.specs.resource.StructuralSchema.Rule;
import org.mococxr.specs.training.Mode;

/** The CustomResourceDefinition of {@code Experiment}, made from the options of an experiment. */
public final class ExperimentDefinition {
  /** API group. */
  public static final String GROUP = "mococxr.org";

  /** Version of the API. */
  public static final String VERSION = "v1alpha1";

  /** Kind. */
  public static final String KIND = "Experiment";

  /** In URLs. */
  public static final String PLURAL = "experiments";

  private static final String STATUS = "experiment-status.yaml";

  private ExperimentDefinition() {}

  /** The definition as a YAML file. */
  public static String yaml() {
    try {
      return "# Made from the declarations of options: make schemas\n"
          + Yaml.MAPPER.writeValueAsString(definition());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a schema cannot be written", e);
    }
  }

  static ObjectNode definition() {
    ObjectNode definition = Json.MAPPER.createObjectNode();
    definition.put("apiVersion", "apiextensions.k8s.io/v1");
    definition.put("kind", "CustomResourceDefinition");
    definition.putObject("metadata").put("name", PLURAL + "." + GROUP);
    ObjectNode spec = definition.putObject("spec");
    spec.put("group", GROUP).put("scope", "Namespaced");
    ObjectNode names = spec.putObject("names");
    names.put("kind", KIND).put("listKind", KIND + "List").put("plural", PLURAL);
    names.put("singular", "experiment");
    names.putArray("shortNames").add("exp");
    names.putArray("categories").add("mococxr");
    ObjectNode version = spec.putArray("versions").addObject();
    version.put("name", VERSION).put("served", true).put("storage", true);
    version.withObject("/subresources").putObject("status");
    version.set("additionalPrinterColumns", columns());
    version.withObject("/schema").set("openAPIV3Schema", schema());
    return definition;
  }

  private static ArrayNode columns() {
    ArrayNode columns = Json.MAPPER.createArrayNode();
    column(columns, "Phase", "string", ".status.phase", 0);
    column(columns, "Runs", "string", ".status.runs", 0);
    column(columns, "AUROC", "string", ".status.bestAuroc", 0);
    column(columns, "Left", "string", ".status.timeLeft", 0);
    column(columns, "Age", "date", ".metadata.creationTimestamp", 0);
    column(columns, "Reason", "string", ".status.reason", 1);
    return columns;
  }

  private static void column(
      ArrayNode columns, String name, String type, String path, int priority) {
    ObjectNode column = columns.addObject().put("name", name).put("type", type);
    column.put("jsonPath", path);
    if (priority > 0) {
      column.put("priority", priority);
    }
  }

  private static ObjectNode schema() {
    ObjectNode schema = Json.MAPPER.createObjectNode();
    schema.put(
        "description", "An experiment of MoCo-CXR: kubectl apply submits it, deletion cancels.");
    schema.put("type", "object");
    schema.putArray("required").add("spec");
    ObjectNode properties = schema.putObject("properties");
    properties.putObject("apiVersion").put("type", "string");
    properties.putObject("kind").put("type", "string");
    properties.putObject("metadata").put("type", "object");
    properties.set("spec", spec());
    properties.set("status", status());
    StructuralSchema.rules(
        schema,
        List.of(
            new Rule(
                "self.metadata.name.matches('^" + ExperimentSpec.NAME + "$')",
                "the name has up to 50 lower-case letters, digits and dashes"),
            new Rule(
                "!has(self.spec.name) || self.spec.name == self.metadata.name",
                "spec.name, if it is given, is the resource's name")));
    return schema;
  }

  private static ObjectNode spec() {
    ObjectNode spec = StructuralSchema.of(Schemas.experiment());
    spec.put("description", "As by REST and Kafka; the resource's name is the experiment's.");
    // The resource has a name already.
    ArrayNode required = Json.MAPPER.createArrayNode();
    spec.path("required")
        .forEach(
            field -> {
              if (!field.asText().equals("name")) {
                required.add(field);
              }
            });
    spec.set("required", required);
    spec.withObject("/properties/modes").put("maxItems", Mode.values().length);
    spec.withObject("/properties/tasks").put("minItems", 1);
    StructuralSchema.rules(
        spec,
        List.of(
            new Rule(
                "!has(self.split) || !has(self.split.draws) || !has(self.split.fractions)"
                    + " || size(self.split.draws) == 1"
                    + " || size(self.split.draws) == size(self.split.fractions)",
                "split.draws has one number for all fractions or one for each"),
            new Rule(
                "!has(self.serve) || !has(self.serve.mode) || !has(self.modes)"
                    + " || self.serve.mode in self.modes",
                "serve.mode is one of modes"),
            new Rule(
                "!has(self.serve) || !has(self.serve.fraction) || !has(self.split)"
                    + " || !has(self.split.fractions) || self.serve.fraction in self.split.fractions",
                "serve.fraction is one of split.fractions")));
    return spec;
  }

  /** What the orchestrator writes: a schema as it stands, since nothing else declares it. */
  private static JsonNode status() {
    try (InputStream in = ExperimentDefinition.class.getResourceAsStream(STATUS)) {
      return Yaml.MAPPER.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(STATUS, e);
    }
  }
}

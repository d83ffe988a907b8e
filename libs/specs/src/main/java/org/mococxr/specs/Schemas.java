package org.mococxr.specs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.mococxr.foundation.Json;
import org.mococxr.specs.option.Declared;
import org.mococxr.specs.option.OptionSchema;
import org.mococxr.specs.training.FineTuningOptions;
import org.mococxr.specs.training.Initialisation;
import org.mococxr.specs.training.Mode;

/**
 * The JSON Schemas (2020-12) of the documents that users write or find, made from their records.
 */
public final class Schemas {
  private Schemas() {}

  /** Of an experiment's file. What the demonstration puts in, {@code data.root}, may be missing. */
  public static ObjectNode experiment() {
    ObjectNode schema =
        document(
            "An experiment",
            "What a user asks for: {architectures} x {initialisations} x {modes} x {fractions x"
                + " draws}.",
            ExperimentSpec.class);
    schema.withObject("/properties/name").put("pattern", "^" + ExperimentSpec.NAME + "$");
    for (String list : new String[] {"initialisations", "modes"}) {
      schema.withObject("/properties/" + list).put("minItems", 1).put("uniqueItems", true);
    }
    fineTuning(schema.withObject("/properties/linear/properties"), Mode.LINEAR).remove("image");
    fineTuning(schema.withObject("/properties/endToEnd/properties"), Mode.END_TO_END);
    initialisations((ArrayNode) schema.at("/properties/initialisations/items/anyOf"));
    schema.withObject("/if/not").putArray("required").add("imagenetWeights");
    ObjectNode initialisation = schema.withObject("/then/properties/initialisations/items");
    initialisation.withObject("/if/properties/name").put("const", Initialisation.IMAGENET.text());
    initialisation.withObject("/if").putArray("required").add("name");
    initialisation.withObject("/then").putArray("required").add("weights");
    return schema;
  }

  /** Without an ONNX file a name is one of those known. */
  private static void initialisations(ArrayNode forms) {
    JsonNode known = Json.MAPPER.valueToTree(InitialisationSpec.KNOWN);
    ((ObjectNode) forms.get(0)).removeAll().set("enum", known);
    ObjectNode object = (ObjectNode) forms.get(1);
    object.withObject("/if").putArray("required").add("onnx");
    object
        .withObject("/then/properties/name")
        .put("pattern", "^" + InitialisationSpec.OWN_NAME + "$");
    object.withObject("/else/properties/name").set("enum", known);
  }

  /** Leaves the options and choices that a mode has. */
  private static ObjectNode fineTuning(ObjectNode properties, Mode mode) {
    for (Declared option : Declared.of(FineTuningOptions.class)) {
      String only = option.option().only();
      if (!only.isEmpty() && !only.equals(mode.text())) {
        // An experiment with its defaults filled in has it.
        properties.withObject("/" + option.name()).set("const", option.byDefault());
      }
    }
    properties
        .withObject("/solver")
        .set("enum", Json.MAPPER.valueToTree(FineTuningOptions.solvers(mode)));
    return properties;
  }

  /** Of a run's {@code spec.json}. */
  public static ObjectNode run() {
    ObjectNode schema =
        document(
            "A run",
            "All that a run needs. Its canonical form's SHA-256 names the work, so that the same"
                + " work is recognised and not done twice.",
            RunSpec.class);
    ArrayNode rules = schema.putArray("allOf");
    ObjectNode definitions = schema.putObject("$defs");
    for (RunKind kind : RunKind.values()) {
      definitions.set(kind.word(), OptionSchema.of(kind.told()));
      ObjectNode rule = rules.addObject();
      rule.withObject("/if/properties/kind").put("const", kind.name());
      rule.withObject("/then/properties/options").put("$ref", "#/$defs/" + kind.word());
    }
    return schema;
  }

  private static ObjectNode document(String title, String description, Class<?> type) {
    ObjectNode schema = Json.MAPPER.createObjectNode();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", title);
    schema.put("description", description);
    schema.setAll(OptionSchema.of(type));
    return schema;
  }
}

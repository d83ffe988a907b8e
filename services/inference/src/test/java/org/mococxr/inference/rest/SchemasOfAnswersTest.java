package org.mococxr.inference.rest;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.Json;
import org.mococxr.inference.archive.ResultArchive;
import org.mococxr.inference.batches.BatchRequest;
import org.mococxr.inference.batches.BatchState;
import org.mococxr.inference.batches.BatchView;
import org.mococxr.inference.metrics.Statistics;
import org.mococxr.inference.model.TensorSpec;
import org.mococxr.inference.prediction.Finding;
import org.mococxr.inference.prediction.Prediction;
import org.mococxr.inference.quality.Rolling;
import org.mococxr.inference.testing.OpenApiDocument;

/** The OpenAPI document says of answers what the records say that are written as answers. */
class SchemasOfAnswersTest {
  private static final Map<String, List<Class<? extends Record>>> RECORDS =
      Map.ofEntries(
          entry("Error", List.of(Errors.Message.class)),
          entry("Server", List.of(ServerResource.Server.class)),
          entry("Live", List.of(ServerResource.Live.class)),
          entry("Ready", List.of(ServerResource.Ready.class)),
          entry("ModelReady", List.of(ModelsResource.ModelReady.class)),
          entry("Model", List.of(PredictResource.Entry.class)),
          entry("ModelMetadata", List.of(ModelMetadata.class)),
          entry("TensorSpec", List.of(TensorSpec.class)),
          entry("Indexed", List.of(RepositoryResource.Indexed.class)),
          entry("Statistics", List.of(ModelStats.All.class)),
          entry("ModelStatistics", List.of(ModelStats.class)),
          entry("BatchStatistics", List.of(ModelStats.BatchStats.class)),
          entry("Duration", List.of(Statistics.Duration.class)),
          entry("InferAnswer", List.of(InferAnswer.class)),
          entry("Output", List.of(InferAnswer.Output.class)),
          entry("Prediction", List.of(Prediction.class)),
          entry("Provenance", List.of(Prediction.Provenance.class)),
          entry("Study", List.of(Prediction.Study.class)),
          entry("Image", List.of(Prediction.Image.class)),
          entry("Finding", List.of(Finding.class)),
          entry("Stored", List.of(ResultArchive.Answer.class)),
          entry("StoredImage", List.of(ResultArchive.Stored.class)),
          entry("Rolling", List.of(Rolling.class)),
          entry("Auroc", List.of(Rolling.Auroc.class)),
          entry("Batch", List.of(BatchView.class, BatchState.class)));

  @Test
  void eachSchemaHasTheFieldsOfItsRecordAndRequiresThoseThatAreAlwaysThere() throws IOException {
    JsonNode schemas = OpenApiDocument.schemas();
    Set<String> described = texts(schemas.fieldNames()::forEachRemaining);
    described.removeAll(Set.of("Digest", "Column")); // texts
    assertEquals(new TreeSet<>(RECORDS.keySet()), described);
    RECORDS.forEach(
        (name, records) -> {
          JsonNode schema = schemas.get(name);
          Set<String> fields = new TreeSet<>();
          Set<String> always = new TreeSet<>();
          for (Class<? extends Record> type : records) {
            JsonInclude include = type.getAnnotation(JsonInclude.class);
            fields(type)
                .filter(field -> !field.getName().equals("progress")) // unwrapped
                .forEach(
                    field -> {
                      fields.add(field.getName());
                      if (include == null || field.getRawPrimaryType().isPrimitive()) {
                        always.add(field.getName());
                      }
                    });
          }
          assertEquals(
              fields, texts(schema.get("properties").fieldNames()::forEachRemaining), name);
          Set<String> required =
              texts(use -> schema.get("required").forEach(e -> use.accept(e.asText())));
          assertTrue(required.containsAll(always), name + " requires " + required);
          assertTrue(fields.containsAll(required), name + " requires " + required);
        });
  }

  @Test
  void wordsAreThoseOfTheEnums() throws IOException {
    JsonNode schemas = OpenApiDocument.schemas();
    assertWords(BatchRequest.Column.values(), schemas.get("Column"));
    assertWords(BatchRequest.Studies.values(), schemas.at("/Batch/properties/study"));
    assertWords(BatchRequest.Format.values(), schemas.at("/Batch/properties/format"));
    assertWords(BatchState.Phase.values(), schemas.at("/Batch/properties/phase"));
  }

  private static void assertWords(Enum<?>[] words, JsonNode schema) {
    assertEquals(Json.MAPPER.valueToTree(words), schema.get("enum"));
  }

  private static Stream<BeanPropertyDefinition> fields(Class<?> type) {
    return Json.MAPPER
        .getSerializationConfig()
        .introspect(Json.MAPPER.constructType(type))
        .findProperties()
        .stream();
  }

  private static Set<String> texts(
      java.util.function.Consumer<java.util.function.Consumer<String>> each) {
    Set<String> texts = new TreeSet<>();
    each.accept(texts::add);
    return texts;
  }
}

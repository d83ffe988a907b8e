package org.mococxr.local;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.events.EventCodec;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Yaml;
import org.mococxr.local.chart.Chart;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.option.Declared;
import org.mococxr.specs.training.FineTuningOptions;

/**
 * What the pages show as YAML or JSON is taken by those whom it is meant for: experiments, and
 * parts of them, by the reader of experiments; values by the chart.
 */
class SnippetsTest {
  private static final Set<String> OPTIONS = names(ExperimentSpec.class);
  private static final Set<String> FINE_TUNING = names(FineTuningOptions.class);

  /** Of the adapter that serves Prometheus' metrics to Kubernetes. */
  private static final Set<String> OF_OTHERS = Set.of("rules");

  private static final int FENCE = "```".length();

  private enum Kind {
    JSON,
    EVENT,
    EXPERIMENT,
    RESOURCE,
    FINE_TUNING,
    VALUES,
    OF_OTHERS
  }

  /**
   * A block of a page.
   *
   * @param language that a fence names; empty for an indented block
   * @param place page and line of its end, for messages
   */
  private record Snippet(String language, String place, String text) {}

  @TempDir Path folder;

  @Test
  void whatThePagesShowIsAccepted() throws IOException {
    Set<String> values = keys(Yaml.MAPPER.readTree(Chart.FOLDER.resolve("values.yaml").toFile()));
    Map<Kind, Integer> found = new EnumMap<>(Kind.class);
    for (Path page : LinksTest.pages()) {
      for (Snippet snippet : snippets(page)) {
        if (snippet.language().equals("json")) {
          JsonNode content =
              assertDoesNotThrow(() -> Json.MAPPER.readTree(snippet.text()), snippet.place());
          Kind kind = content.has("specversion") ? Kind.EVENT : Kind.JSON;
          assertDoesNotThrow(() -> require(kind, (ObjectNode) content), snippet.place());
          found.merge(kind, 1, Integer::sum);
        } else if (snippet.language().equals("yaml") || looksLikeYaml(snippet.text())) {
          JsonNode content =
              assertDoesNotThrow(() -> Yaml.MAPPER.readTree(snippet.text()), snippet.place());
          Kind kind = kind(keys(content), values, snippet.place());
          assertDoesNotThrow(() -> require(kind, (ObjectNode) content), snippet.place());
          found.merge(kind, 1, Integer::sum);
        }
      }
    }
    assertEquals(Set.of(Kind.values()), found.keySet());
    assertTrue(found.get(Kind.EXPERIMENT) >= 7, found.toString());
    assertTrue(found.get(Kind.VALUES) >= 5, found.toString());
  }

  /** The types of events that the page lists are those that there are. */
  @Test
  void thePageListsEveryTypeOfEvent() throws IOException {
    Set<String> listed =
        Pattern.compile("`((?:experiments|splits|runs|models)\\.[a-z]+)`")
            .matcher(Files.readString(LinksTest.ROOT.resolve("docs/orchestration.md")))
            .results()
            .map(type -> "org.mococxr." + type.group(1) + ".v1")
            .collect(Collectors.toSet());
    assertEquals(EventCodec.types(), listed);
  }

  private static Kind kind(Set<String> keys, Set<String> values, String place) {
    if (OPTIONS.containsAll(keys)) {
      return Kind.EXPERIMENT;
    } else if (keys.contains("apiVersion")) {
      return Kind.RESOURCE;
    } else if (FINE_TUNING.containsAll(keys)) {
      return Kind.FINE_TUNING;
    } else if (values.containsAll(keys)) {
      return Kind.VALUES;
    } else if (OF_OTHERS.containsAll(keys)) {
      return Kind.OF_OTHERS;
    }
    return fail(place + ": nobody knows all of " + keys);
  }

  private void require(Kind kind, ObjectNode content) throws IOException {
    switch (kind) {
      case EXPERIMENT -> experiment(content);
      case RESOURCE -> {
        assertEquals("Experiment", content.path("kind").asText());
        ObjectNode spec = (ObjectNode) content.get("spec");
        experiment(spec.put("name", content.at("/metadata/name").asText()));
      }
      case FINE_TUNING -> experiment(Json.MAPPER.createObjectNode().set("linear", content));
      case VALUES -> {
        Path file = Files.writeString(folder.resolve("values.yaml"), content.toString());
        assertTrue(Chart.template().withValuesFile(file).call().contains("kind: Deployment"));
      }
      case EVENT -> new EventCodec("/docs").decode(content.toString());
      case JSON, OF_OTHERS -> {}
    }
  }

  /** A part of an experiment is accepted in the smallest one. */
  private static void experiment(ObjectNode part) {
    ObjectNode whole = Json.MAPPER.createObjectNode().put("name", "snippet");
    whole.putObject("data").put("root", "/data");
    whole.putArray("tasks").add("Pleural Effusion").add("Edema").add("Atelectasis");
    whole.setAll(part);
    ExperimentSpec.parse(whole.toString(), "snippet");
  }

  private static boolean looksLikeYaml(String text) {
    return text.matches("(?s)[a-z][A-Za-z]+:( [^─]*|)(\n.*)?");
  }

  private static List<Snippet> snippets(Path page) throws IOException {
    List<Snippet> snippets = new ArrayList<>();
    List<String> block = new ArrayList<>();
    List<String> lines = new ArrayList<>(Files.readAllLines(page));
    lines.add("the end");
    boolean fenced = false;
    String language = "";
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      boolean fence = line.startsWith("```");
      boolean indented = line.startsWith("    ") || line.isBlank() && !block.isEmpty();
      if (!fence && (fenced || indented)) {
        block.add(fenced ? line : line.replaceFirst("^ {4}", ""));
        continue;
      }
      if (!block.isEmpty()) {
        String place = LinksTest.ROOT.relativize(page) + ", before line " + (i + 1);
        snippets.add(new Snippet(language, place, String.join("\n", block).strip()));
        block.clear();
      }
      language = fence && !fenced ? line.substring(FENCE) : "";
      fenced ^= fence;
    }
    return snippets;
  }

  private static Set<String> names(Class<?> options) {
    return Declared.of(options).stream().map(Declared::name).collect(Collectors.toSet());
  }

  private static Set<String> keys(JsonNode map) {
    Set<String> keys = new HashSet<>();
    map.fieldNames().forEachRemaining(keys::add);
    return keys;
  }
}

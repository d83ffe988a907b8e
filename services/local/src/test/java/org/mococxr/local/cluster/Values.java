package org.mococxr.local.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mococxr.foundation.Yaml;

/** Values of the chart, laid over each other as Helm does. */
final class Values {
  /** Root of the repository. */
  static final Path HOME = Path.of(System.getProperty("mococxr.home"));

  /** The chart's folder. */
  static final Path CHART = HOME.resolve("helm/moco-cxr");

  private static final Path RESOURCES = Path.of("src/test/resources/cluster").toAbsolutePath();

  private Values() {}

  /** The text of a file in {@code src/test/resources/cluster}. */
  static String resource(String file) throws IOException {
    return Files.readString(RESOURCES.resolve(file));
  }

  /** Has the real trainer work, and the Services have the pods' ports: nothing routes them. */
  static String realTrainer() {
    return """
        service: {port: 8080}
        trainer:
          image: ""
          memory: 2Gi
          environment:
            JAVA_TOOL_OPTIONS: -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1
            OMP_NUM_THREADS: "1"
        """;
  }

  /** A package of the chart as commit 30bd3ecb has it, as version {@link Images#PREVIOUS}. */
  static Path previousChart() {
    return RESOURCES.resolve("moco-cxr-" + Images.PREVIOUS + ".tgz");
  }

  /** The text of a file of the chart, {@code values-gpu.yaml} for example. */
  static String ofChart(String file) throws IOException {
    return Files.readString(CHART.resolve(file));
  }

  /** One over the other: the last counts. */
  static String merged(String... yaml) throws IOException {
    ObjectNode all = Yaml.MAPPER.createObjectNode();
    for (String values : yaml) {
      if (!values.isBlank()) {
        merge(all, Yaml.MAPPER.readTree(values));
      }
    }
    return Yaml.MAPPER.writeValueAsString(all);
  }

  private static void merge(ObjectNode into, JsonNode from) {
    for (var entry : from.properties()) {
      JsonNode there = into.get(entry.getKey());
      if (there instanceof ObjectNode inner && entry.getValue().isObject()) {
        merge(inner, entry.getValue());
      } else {
        into.set(entry.getKey(), entry.getValue());
      }
    }
  }
}

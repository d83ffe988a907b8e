package org.mococxr.local.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Yaml;

/** What an installation may have besides the services: routes, dashboards, Strimzi's objects. */
class ChartExtrasTest {
  private static final Path DOCS = Path.of("../../docs").toAbsolutePath().normalize();

  /** Maps whose keys are the user's own. */
  private static final Pattern FREE =
      Pattern.compile(
          "(.*\\.)?(environment|nodeSelectors?|annotations|labels|requests|limits|podTemplate"
              + "|global)(\\..*)?");

  @TempDir Path folder;

  @Test
  void aRouteLeadsFromTheGatewayThatIsThereToEachService() throws IOException {
    Installation installation =
        rendered(
            """
            gateway:
              enabled: true
              name: shared
              namespace: gateways
              section: https
              hosts: {orchestrator: lab.example.org, inference: models.example.org}
            """);
    assertEquals(0, installation.of("Gateway").count());
    for (var expected :
        Map.of("orchestrator", "lab.example.org", "inference", "models.example.org").entrySet()) {
      Manifest route = installation.one("HTTPRoute", "lab-moco-cxr-" + expected.getKey());
      assertEquals(expected.getValue(), route.at("spec.hostnames.0").asText());
      assertEquals("shared", route.at("spec.parentRefs.0.name").asText());
      assertEquals("gateways", route.at("spec.parentRefs.0.namespace").asText());
      JsonNode backend = route.at("spec.rules.0.backendRefs.0");
      Manifest service = installation.one("Service", backend.path("name").asText());
      assertEquals(service.at("spec.ports.0.port"), backend.path("port"));
    }
  }

  @Test
  void aGatewayOfTheInstallationEndsTls() throws IOException {
    String values =
        "gateway: {enabled: true, className: c, tlsSecret: tls, hosts: {inference: m.example.org}}";
    Installation installation = rendered(values);
    Manifest gateway = installation.one("Gateway", "lab-moco-cxr");
    assertEquals(1, gateway.each("spec.listeners").count());
    assertEquals("HTTPS", gateway.at("spec.listeners.0.protocol").asText());
    assertEquals("tls", gateway.at("spec.listeners.0.tls.certificateRefs.0.name").asText());
    Manifest route = installation.one("HTTPRoute", "lab-moco-cxr-inference");
    assertEquals(gateway.at("spec.listeners.0.name"), route.at("spec.parentRefs.0.sectionName"));
    assertEquals("lab-moco-cxr", route.at("spec.parentRefs.0.name").asText());
    for (String wrong :
        List.of(
            "gateway: {enabled: true, hosts: {inference: m.example.org}}",
            values.replace("tlsSecret: tls, ", ""),
            // Which of the two?
            values.replace("className: c", "className: c, name: shared"),
            "gateway: {enabled: true, name: shared}")) {
      Exception refused = assertThrows(Exception.class, () -> rendered(wrong));
      assertTrue(refused.getMessage().contains("gateway."), refused.getMessage());
    }
    // A namespace is of the Gateway that is there.
    assertTrue(
        rendered(values.replace("className: c", "className: c, namespace: elsewhere"))
            .one("HTTPRoute", "lab-moco-cxr-inference")
            .at("spec.parentRefs.0.namespace")
            .isMissingNode());
  }

  @Test
  void strimziGetsTheTopicsAndAUserWithLeastRightsForEachService() throws IOException {
    Installation installation =
        production("kafka: {topicPrefix: lab., strimzi: {cluster: k, namespace: kafka}}");
    Set<String> topics =
        installation
            .of("KafkaTopic")
            .map(topic -> topic.at("spec.topicName").asText() + topic.at("spec.partitions"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(Set.of("lab.experiments3", "lab.splits3", "lab.runs3", "lab.models1"), topics);
    installation
        .of("KafkaTopic")
        .forEach(
            topic ->
                assertEquals(
                    "k",
                    topic.content().at("/metadata/labels").path("strimzi.io/cluster").asText()));
    Map<String, Set<String>> writable = new TreeMap<>();
    installation
        .of("KafkaUser")
        .forEach(
            user -> {
              assertEquals("scram-sha-512", user.at("spec.authentication.type").asText());
              assertEquals("kafka", user.at("metadata.namespace").asText());
              writable.put(user.name(), allowed(user, "Write"));
            });
    assertEquals(
        Map.of(
            // Topics, and the transactions of Kafka Streams.
            "mococxr-orchestrator", Set.of("lab.", "lab.orchestrator"),
            "mococxr-splitter", Set.of("lab.splits"),
            "mococxr-trainer", Set.of("lab.runs"),
            // Of models it only reads.
            "mococxr-inference", Set.of("lab.models.dead-letter")),
        writable);
    assertEquals(
        Set.of("topic", "group", "transactionalId"),
        installation
            .one("KafkaUser", "mococxr-orchestrator")
            .each("spec.authorization.acls")
            .map(rule -> rule.at("/resource/type").asText())
            .collect(Collectors.toSet()));
    assertEquals(
        "tls",
        production("kafka: {security: {protocol: SSL, mechanism: \"\"}, strimzi: {cluster: k}}")
            .one("KafkaUser", "mococxr-trainer")
            .at("spec.authentication.type")
            .asText());
    assertEquals(0, rendered("").of("KafkaTopic").count() + rendered("").of("KafkaUser").count());
    assertTrue(
        assertThrows(
                Exception.class,
                () -> production("kafka: {topicPrefix: \"\", strimzi: {cluster: k}}"))
            .getMessage()
            .contains("kafka.topicPrefix"));
  }

  @Test
  void aUserOfSeveralServicesHasTheRightsOfAll() throws IOException {
    String one = "{splitter: one, orchestrator: two, inference: one, trainer: one}";
    Installation installation =
        production("kafka: {strimzi: {cluster: k}, security: {users: " + one + "}}");
    assertEquals(2, installation.of("KafkaUser").count());
    assertEquals(
        Set.of("mococxr.splits", "mococxr.runs", "mococxr.models.dead-letter"),
        allowed(installation.one("KafkaUser", "one"), "Write"));
  }

  private static Set<String> allowed(Manifest user, String operation) {
    return user.each("spec.authorization.acls")
        .filter(
            rule ->
                rule.path("operations").valueStream().anyMatch(o -> o.asText().equals(operation)))
        .map(rule -> rule.at("/resource/name").asText())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void panelsOfDashboardsNameMetricsThatThereAre() throws IOException {
    // The tests of the services hold these pages against what runs.
    String documented =
        Files.readString(DOCS.resolve("inference.md"))
            + Files.readString(DOCS.resolve("orchestration.md"));
    List<Manifest> dashboards =
        production("")
            .of("ConfigMap")
            .filter(map -> map.content().at("/metadata/labels").has("grafana_dashboard"))
            .toList();
    assertEquals(2, dashboards.size());
    Set<String> metrics = new TreeSet<>();
    for (Manifest dashboard : dashboards) {
      JsonNode content =
          Json.MAPPER.readTree(
              dashboard.at("data").properties().iterator().next().getValue().asText());
      for (JsonNode panel : content.path("panels")) {
        for (JsonNode target : panel.path("targets")) {
          Pattern.compile("mococxr_[a-z_]+")
              .matcher(target.path("expr").asText())
              .results()
              .map(MatchResult::group)
              .forEach(metrics::add);
        }
      }
    }
    assertTrue(metrics.size() > 15, metrics.toString());
    for (String metric : metrics) {
      String base = metric.replaceFirst("_(bucket|sum|count)$", "");
      // The page on inference shortens neighbours in a row: `…_exec_count_total`.
      String tail = base.replaceFirst("mococxr_inference_(queue|decode|compute)_", "_");
      assertTrue(
          Stream.of(metric, base).anyMatch(name -> documented.contains("`" + name))
              || tail.equals("_duration_seconds"),
          metric);
    }
  }

  @Test
  void everyServiceTellsItsMetricsToPrometheusAndNobodyElse() throws IOException {
    Installation installation = production("");
    assertEquals(3, installation.of("PodMonitor").count());
    Manifest splitter = installation.one("NetworkPolicy", "lab-moco-cxr-metrics");
    assertEquals(1, splitter.each("spec.ingress").count());
    assertEquals(
        "monitoring",
        splitter
            .at("spec.ingress.0.from.0.namespaceSelector.matchLabels")
            .properties()
            .iterator()
            .next()
            .getValue()
            .asText());
    assertFalse(
        rendered("").of("NetworkPolicy").anyMatch(policy -> policy.name().endsWith("-metrics")));
  }

  @Test
  void aTypoIsRefusedAtEveryPlaceOfTheValues() throws IOException {
    JsonNode defaults = Yaml.MAPPER.readTree(Chart.FOLDER.resolve("values.yaml").toFile());
    List<String> places = new ArrayList<>();
    objects("", defaults, places);
    assertTrue(places.size() > 30, places.toString());
    for (String place : places) {
      String key = place.isEmpty() ? "typo" : place + ".typo";
      assertThrows(Exception.class, () -> Chart.template().set(key, "x").call(), key);
    }
  }

  private static void objects(String path, JsonNode node, List<String> places) {
    if (!node.isObject() || FREE.matcher(path).matches()) {
      return;
    }
    places.add(path);
    node.properties()
        .forEach(
            field ->
                objects(
                    path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                    field.getValue(),
                    places));
  }

  @Test
  void everyValuesFileNamesOnlyWhatTheSchemaKnows() throws IOException {
    try (Stream<Path> files = Files.list(Chart.FOLDER)) {
      List<Path> values =
          files.filter(file -> file.getFileName().toString().startsWith("values-")).toList();
      assertEquals(3, values.size());
      for (Path file : values) {
        Chart.template().withValuesFile(file).call();
        String misspelt = Files.readString(file).replaceFirst("(?m)^(\\w+):", "$1x:");
        Path copy = Files.writeString(folder.resolve("misspelt.yaml"), misspelt);
        assertThrows(
            Exception.class, () -> Chart.template().withValuesFile(copy).call(), file.toString());
      }
    }
  }

  @Test
  void theExampleOfALoginIsValidAndLeadsToTheOrchestrator() throws IOException {
    Installation example =
        new Installation(
            Manifest.all(Files.readString(Path.of("../../k8s/examples/oauth2-proxy.yaml"))));
    example.requireValid();
    example.requireRestrictedPods();
    example.requireSelectorsThatMeet();
    String upstream =
        example
            .one("Deployment", "oauth2-proxy")
            .each("spec.template.spec.containers.0.args")
            .map(JsonNode::asText)
            .filter(argument -> argument.startsWith("--upstream=http://"))
            .findFirst()
            .orElseThrow()
            .substring("--upstream=http://".length());
    assertEquals("http", rendered("").one("Service", upstream).at("spec.ports.0.name").asText());
  }

  private Installation production(String more) throws IOException {
    return rendered(Chart.FOLDER.resolve("values-production.yaml"), more);
  }

  private Installation rendered(String more) throws IOException {
    return rendered(Chart.FOLDER.resolve("values.yaml"), more);
  }

  private Installation rendered(Path file, String more) throws IOException {
    Installation installation =
        Chart.rendered(file, Files.writeString(folder.resolve("above.yaml"), more));
    installation.requireValid();
    return installation;
  }
}

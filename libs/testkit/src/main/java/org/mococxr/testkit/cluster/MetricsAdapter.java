package org.mococxr.testkit.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsServer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mococxr.foundation.Json;

/**
 * Custom metrics of pods as an adapter for Prometheus serves them to autoscalers ({@code
 * custom.metrics.k8s.io}). The figures are given: a load that the pods of a selector share evenly.
 */
public final class MetricsAdapter implements AutoCloseable {
  private static final String VERSION = "custom.metrics.k8s.io/v1beta2";
  private static final String ROOT = "/apis/" + VERSION;
  private static final Pattern OF_PODS =
      Pattern.compile(ROOT + "/namespaces/([^/]+)/pods/(?:\\*|%2A)/([^/]+)");
  private static final Pattern SELECTOR = Pattern.compile("(?:^|&)labelSelector=([^&]*)");
  private static final String OBJECTS =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: metrics-adapter, namespace: default}
      spec: {type: ExternalName, externalName: localhost}
      ---
      apiVersion: apiregistration.k8s.io/v1
      kind: APIService
      metadata: {name: v1beta2.custom.metrics.k8s.io}
      spec:
        group: custom.metrics.k8s.io
        version: v1beta2
        service: {name: metrics-adapter, namespace: default, port: %d}
        insecureSkipTLSVerify: true
        groupPriorityMinimum: 100
        versionPriority: 100
      """;

  private final KubernetesClient client;
  private final HttpsServer server;
  private final Map<String, Integer> loads = new ConcurrentHashMap<>();

  private MetricsAdapter(KubernetesClient client, HttpsServer server) {
    this.client = client;
    this.server = server;
  }

  /**
   * Serves, and has the API server pass requests on.
   *
   * @param folder for its key
   */
  public static MetricsAdapter start(ControlPlane plane, Path folder) throws IOException {
    MetricsAdapter adapter = new MetricsAdapter(plane.admin(), LocalHttps.create(folder));
    adapter.server.createContext("/", adapter::answer);
    adapter.server.start();
    adapter.objects().forEach(object -> adapter.client.resource(object).create());
    return adapter;
  }

  /** What all pods that are asked for have together of a metric, from now on. */
  public void load(String metric, int total) {
    loads.put(metric, total);
  }

  @Override
  public void close() {
    objects().reversed().forEach(object -> client.resource(object).delete());
    server.stop(0);
  }

  private List<String> objects() {
    return List.of(OBJECTS.formatted(server.getAddress().getPort()).split("---\n"));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Matcher path = OF_PODS.matcher(exchange.getRequestURI().getRawPath());
      if (exchange.getRequestURI().getPath().equals(ROOT)) {
        send(exchange, resources());
      } else if (path.matches() && loads.containsKey(path.group(2))) {
        Matcher selector = SELECTOR.matcher(String.valueOf(exchange.getRequestURI().getRawQuery()));
        String labels =
            selector.find() ? URLDecoder.decode(selector.group(1), StandardCharsets.UTF_8) : "";
        send(exchange, values(path.group(1), path.group(2), labels));
      } else {
        exchange.sendResponseHeaders(404, -1);
      }
    }
  }

  private ObjectNode resources() {
    ObjectNode list = Json.MAPPER.createObjectNode();
    list.put("kind", "APIResourceList").put("apiVersion", "v1").put("groupVersion", VERSION);
    var resources = list.putArray("resources");
    for (String metric : loads.keySet()) {
      ObjectNode resource = resources.addObject();
      resource.put("name", "pods/" + metric).put("singularName", "").put("namespaced", true);
      resource.put("kind", "MetricValueList").putArray("verbs").add("get");
    }
    return list;
  }

  private ObjectNode values(String namespace, String metric, String labels) {
    List<Pod> pods =
        client.pods().inNamespace(namespace).withLabelSelector(labels).list().getItems();
    ObjectNode list = Json.MAPPER.createObjectNode();
    list.put("kind", "MetricValueList").put("apiVersion", VERSION).putObject("metadata");
    var items = list.putArray("items");
    for (Pod pod : pods) {
      ObjectNode item = items.addObject();
      item.putObject("describedObject")
          .put("kind", "Pod")
          .put("apiVersion", "v1")
          .put("namespace", namespace)
          .put("name", pod.getMetadata().getName());
      item.putObject("metric").put("name", metric);
      item.put("timestamp", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
      item.put("value", 1000 * loads.get(metric) / pods.size() + "m");
    }
    return list;
  }

  private static void send(HttpExchange exchange, ObjectNode body) throws IOException {
    byte[] json = Json.MAPPER.writeValueAsBytes(body);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, json.length);
    exchange.getResponseBody().write(json);
  }
}

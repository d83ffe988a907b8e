package org.mococxr.testkit.cluster;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the API server asks a node for the logs of its pods: {@code /containerLogs/…}. */
final class PodLogs implements AutoCloseable {
  private static final String PATH = "/containerLogs/";

  /** Where the log of a container is; empty if there is no such pod. */
  interface Finder {
    Optional<Path> log(String namespace, String pod, String container);
  }

  private final HttpsServer server;
  private final Finder finder;

  private PodLogs(HttpsServer server, Finder finder) {
    this.server = server;
    this.finder = finder;
  }

  /** Listens on a free port of loopback, with a certificate of its own. */
  static PodLogs start(Path folder, Finder finder) throws IOException {
    HttpsServer server = LocalHttps.create(folder);
    PodLogs logs = new PodLogs(server, finder);
    server.createContext(PATH, logs::answer);
    server.start();
    return logs;
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String[] words = exchange.getRequestURI().getPath().substring(PATH.length()).split("/");
      Optional<Path> log =
          words.length == 3 ? finder.log(words[0], words[1], words[2]) : Optional.empty();
      if (log.isEmpty() || !Files.exists(log.get())) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      Map<String, String> options = options(exchange.getRequestURI().getQuery());
      byte[] text = tail(Files.readAllBytes(log.get()), options.get("tailLines"));
      int most = Integer.parseInt(options.getOrDefault("limitBytes", "" + text.length));
      exchange.getResponseHeaders().set("Content-Type", "text/plain");
      exchange.sendResponseHeaders(200, 0);
      try (OutputStream body = exchange.getResponseBody()) {
        body.write(text, 0, Math.min(most, text.length));
      }
    }
  }

  private static byte[] tail(byte[] log, String lines) {
    if (lines == null) {
      return log;
    }
    List<String> all = new String(log, StandardCharsets.UTF_8).lines().toList();
    return all.stream()
        .skip(Math.max(0, all.size() - Integer.parseInt(lines)))
        .map(line -> line + "\n")
        .collect(Collectors.joining())
        .getBytes(StandardCharsets.UTF_8);
  }

  private static Map<String, String> options(String query) {
    return Stream.of(query == null ? new String[0] : query.split("&"))
        .map(option -> option.split("=", 2))
        .filter(option -> option.length == 2)
        .collect(Collectors.toMap(option -> option[0], option -> option[1], (a, b) -> b));
  }
}

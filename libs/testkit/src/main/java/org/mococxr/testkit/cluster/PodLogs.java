package org.mococxr.testkit.cluster;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** What the API server asks a node for the logs of its pods: {@code /containerLogs/…}. */
final class PodLogs implements AutoCloseable {
  private static final String PATH = "/containerLogs/";
  private static final char[] PASSWORD = "only-for-tests".toCharArray();

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
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context(folder)));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
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

  private static SSLContext context(Path folder) throws IOException {
    Path store = Files.createDirectories(folder).resolve("node.p12");
    try {
      keytool(store);
      KeyStore keys = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(store)) {
        keys.load(in, PASSWORD);
      }
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(keys, PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(factory.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private static void keytool(Path store) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "node",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "san=ip:127.0.0.1",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IOException("keytool made no certificate");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}

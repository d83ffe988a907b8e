package org.mococxr.testkit.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpsServer;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalHttpsTest {
  @Test
  void answersWhoTrustsItsCertificate(@TempDir Path folder) throws Exception {
    HttpsServer server = LocalHttps.create(folder);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    try (HttpClient client =
        HttpClient.newBuilder().sslContext(trusting(folder.resolve("node.pem"))).build()) {
      URI address = URI.create("https://127.0.0.1:" + server.getAddress().getPort() + "/");
      HttpRequest question = HttpRequest.newBuilder(address).timeout(Duration.ofMinutes(1)).build();
      assertEquals(204, client.send(question, HttpResponse.BodyHandlers.discarding()).statusCode());
    } finally {
      server.stop(0);
    }
  }

  private static SSLContext trusting(Path certificate) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    try (InputStream in = Files.newInputStream(certificate)) {
      trusted.setCertificateEntry(
          "node", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }
}

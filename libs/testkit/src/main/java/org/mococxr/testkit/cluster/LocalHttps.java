package org.mococxr.testkit.cluster;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.mococxr.testkit.SelfSigned;

/** What the API server asks by HTTPS: servers on loopback, each with a certificate of its own. */
final class LocalHttps {
  private static final String PASSWORD = "only-for-tests";

  private LocalHttps() {}

  /**
   * A server on a free port, not started.
   *
   * @param folder for its key
   */
  static HttpsServer create(Path folder) throws IOException {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context(folder)));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    return server;
  }

  private static SSLContext context(Path folder) throws IOException {
    char[] password = PASSWORD.toCharArray();
    try {
      SelfSigned own = SelfSigned.make(Files.createDirectories(folder), "node", PASSWORD);
      KeyStore keys = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(own.keyStore())) {
        keys.load(in, password);
      }
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(keys, password);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(factory.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}

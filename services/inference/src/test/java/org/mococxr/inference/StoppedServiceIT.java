package org.mococxr.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.RawHttp;
import org.mococxr.inference.testing.TinyNetwork;
import org.mococxr.testkit.Pictures;
import org.mococxr.testkit.Ports;

/**
 * The packaged service as a process of its own.
 *
 * <ol>
 *   <li>Requests are under way when SIGTERM comes.
 *   <li>It is not ready any more, and each of them is answered.
 *   <li>It ends by itself, with the code of SIGTERM.
 * </ol>
 */
class StoppedServiceIT {
  private static final int REQUESTS = 8;

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES)
  void aServiceThatIsToldToStopAnswersWhatIsUnderWay(@TempDir Path folder) throws Exception {
    Bundle bundle = Bundle.write(folder.resolve("m"), "m", "1", TinyNetwork.brightness(8));
    int port = Ports.free();
    int management = Ports.free();
    URI address = URI.create("http://127.0.0.1:" + port);
    URI readiness = URI.create("http://127.0.0.1:" + management + "/q/health/ready");
    Process service = start(bundle, port, management, folder.resolve("log"));
    try {
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> service.isAlive() && status(readiness) == 200);
      byte[] png = Pictures.flat(20, 20, 128, "png");
      List<RawHttp> connections = new ArrayList<>();
      for (int i = 0; i < REQUESTS; i++) {
        RawHttp connection = new RawHttp(address);
        connections.add(connection);
        connection
            .send("POST /v1/models/m/predict HTTP/1.1\nHost: x\nConnection: close\n")
            .send("Content-Length: " + png.length + "\n\n")
            .send(java.util.Arrays.copyOf(png, 10));
      }
      Thread.sleep(300); // the heads are read
      service.destroy(); // SIGTERM
      Awaitility.await()
          .pollInterval(Duration.ofMillis(50))
          .atMost(Duration.ofSeconds(5))
          .until(() -> status(readiness) == 503);
      Thread.sleep(1200); // beyond the delay, in which everything is served as before
      for (RawHttp connection : connections) {
        RawHttp.Answer answer =
            connection.send(java.util.Arrays.copyOfRange(png, 10, png.length)).answer();
        assertEquals(200, answer.status(), Files.readString(folder.resolve("log")));
        connection.close();
      }
      assertTrue(service.waitFor(20, TimeUnit.SECONDS), "still running");
      assertEquals(128 + 15, service.exitValue());
    } finally {
      service.destroyForcibly();
    }
  }

  private static Process start(Bundle bundle, int port, int management, Path log)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-jar",
                Path.of("target/quarkus-app/quarkus-run.jar").toAbsolutePath().toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "QUARKUS_HTTP_PORT", Integer.toString(port),
                "QUARKUS_MANAGEMENT_PORT", Integer.toString(management),
                "MOCOCXR_INFERENCE_PUBLICATIONS_ENABLED", "false",
                "MOCOCXR_INFERENCE_BUNDLES", bundle.uri().toString()));
    return builder.start();
  }

  private static int status(URI uri) {
    try {
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      connection.setReadTimeout(5000);
      return connection.getResponseCode();
    } catch (IOException e) {
      return 0;
    }
  }
}

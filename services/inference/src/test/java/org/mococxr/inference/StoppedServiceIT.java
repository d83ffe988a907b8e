package org.mococxr.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.PackagedService;
import org.mococxr.inference.testing.RawHttp;
import org.mococxr.inference.testing.TinyNetwork;
import org.mococxr.testkit.LocalProcess;
import org.mococxr.testkit.Pictures;

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
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aServiceThatIsToldToStopAnswersWhatIsUnderWay(@TempDir Path folder) throws Exception {
    Bundle bundle = Bundle.write(folder.resolve("m"), "m", "1", TinyNetwork.brightness(8));
    Map<String, String> settings =
        Map.of(
            "MOCOCXR_INFERENCE_PUBLICATIONS_ENABLED", "false",
            "MOCOCXR_INFERENCE_BUNDLES", bundle.uri().toString(),
            // Whoever takes long to send the rest is not refused, however slow this machine is.
            "MOCOCXR_INFERENCE_LIMITS_BODY_GRACE", "PT5M");
    try (LocalProcess service = PackagedService.start(settings, folder.resolve("log"))) {
      byte[] png = Pictures.flat(20, 20, 128, "png");
      List<RawHttp> connections = new ArrayList<>();
      for (int i = 0; i < REQUESTS; i++) {
        RawHttp connection = new RawHttp(service.address());
        connections.add(connection);
        connection
            .send("POST /v1/models/m/predict HTTP/1.1\nHost: x\nConnection: close\n")
            .send("Content-Length: " + png.length + "\n\n")
            .send(Arrays.copyOf(png, 10));
      }
      Thread.sleep(300); // the heads are read
      service.process().destroy(); // SIGTERM
      Awaitility.await()
          .pollInterval(Duration.ofMillis(50))
          .atMost(Duration.ofSeconds(20))
          .until(() -> service.readiness() == 503);
      Thread.sleep(1200); // beyond the delay, in which everything is served as before
      for (RawHttp connection : connections) {
        RawHttp.Answer answer = connection.send(Arrays.copyOfRange(png, 10, png.length)).answer();
        assertEquals(200, answer.status(), service.log());
        connection.close();
      }
      assertTrue(service.process().waitFor(60, TimeUnit.SECONDS), "still running");
      assertEquals(128 + 15, service.process().exitValue());
    }
  }
}

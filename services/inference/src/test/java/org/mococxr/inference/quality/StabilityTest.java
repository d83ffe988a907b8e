package org.mococxr.inference.quality;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.bundle.Reference;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.TinyNetwork;
import org.mococxr.inference.testing.WithoutKafka;

/** From a bundle's reference and answers to the metric. */
@QuarkusTest
@TestProfile(WithoutKafka.class)
class StabilityTest {
  private static final int SIZE = 8;

  @TempDir Path folder;

  @Inject ModelRepository models;
  @Inject BundleLoader loader;
  @Inject MeterRegistry metrics;

  @AfterEach
  void withdraw() {
    models.withdraw("m");
  }

  @Test
  void theIndexOfAnsweredProbabilitiesIsTold() throws IOException {
    serve("m", List.of(0.25, 0.75), List.of(0.25, 0.5, 0.25));
    assertEquals(Double.NaN, gauge().value());
    // σ(8 · 0 / 255 − 4) = 0.02 and σ(8 · 255 / 255 − 4) = 0.98: the outer parts.
    infer(50, 0);
    assertEquals(Double.NaN, gauge().value());
    infer(50, 255);
    Drift expected = new Drift(new Reference(200, List.of(0.25, 0.75), List.of(0.25, 0.5, 0.25)));
    for (int i = 0; i < 50; i++) {
      expected.add(0.02);
      expected.add(0.98);
    }
    assertTrue(expected.index() > 1, expected.index() + "");
    assertEquals(expected.index(), gauge().value(), 1e-9);
    models.withdraw("m");
    assertNull(gauge());
  }

  @Test
  void aReferenceThatIsNoDistributionIsRefused() {
    for (List<Double> shares : List.of(List.of(0.5, 0.5), List.of(0.5, 0.6, 0.5))) {
      UserErrorException e =
          assertThrows(UserErrorException.class, () -> serve("wrong", List.of(0.25, 0.75), shares));
      assertTrue(e.getMessage().contains("reference.Brightness"), e.getMessage());
    }
  }

  private Gauge gauge() {
    return metrics
        .find("mococxr.inference.probability.stability.index")
        .tags("model", "m", "task", "Brightness")
        .gauge();
  }

  private void serve(String place, List<Double> edges, List<Double> shares) throws IOException {
    Bundle bundle =
        Bundle.write(
            folder.resolve(place),
            "m",
            "1",
            TinyNetwork.brightness(SIZE),
            json -> {
              ObjectNode task = json.putObject("reference").putObject("Brightness");
              task.put("studies", 200);
              edges.forEach(task.putArray("edges")::add);
              shares.forEach(task.putArray("shares")::add);
            });
    loader.load(bundle.uri(), Optional.empty(), models::serve);
  }

  private static void infer(int images, int grey) {
    String json =
        "{\"inputs\": [{\"name\": \"image\", \"datatype\": \"UINT8\", \"shape\": [%d, 1, 8, 8],"
            + " \"data\": %s}]}";
    List<Integer> levels = Collections.nCopies(images * SIZE * SIZE, grey);
    given()
        .contentType("application/json")
        .body(json.formatted(images, levels))
        .post("/v2/models/m/infer")
        .then()
        .statusCode(200);
  }
}

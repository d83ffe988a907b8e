package org.mococxr.inference.rest;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.DescribedAnswers;
import org.mococxr.inference.testing.Dicoms;
import org.mococxr.inference.testing.TinyNetwork;

/** Results go to an archive that takes all that it is sent. */
@Tag("slow")
@QuarkusTest
@TestProfile(StoredResultsTest.WithArchive.class)
class StoredResultsTest {
  private static final List<String> RECEIVED = Collections.synchronizedList(new ArrayList<>());

  /** What the archive answers. */
  private static volatile int status = 200;

  /** A service whose archive is here. */
  public static final class WithArchive implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "mococxr.inference.publications.enabled",
          "false",
          "mococxr.inference.archive.url",
          "http://127.0.0.1:" + archive() + "/dicom-web",
          "mococxr.inference.canary.stored.model",
          "next",
          "mococxr.inference.canary.stored.share",
          "0.5");
    }

    private static int archive() {
      try {
        HttpServer server =
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
            "/dicom-web/studies",
            exchange -> {
              byte[] body = exchange.getRequestBody().readAllBytes();
              RECEIVED.add(new String(body, StandardCharsets.ISO_8859_1));
              exchange.sendResponseHeaders(status, -1);
              exchange.close();
            });
        server.start();
        return server.getAddress().getPort();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @TempDir Path folder;

  @Inject ModelRepository models;
  @Inject BundleLoader loader;

  @Test
  void theNetworkIsComputedOnceForAnAnswerAndItsHeatMaps() throws IOException {
    RECEIVED.clear();
    serve("stored");
    given()
        .filter(new DescribedAnswers())
        .body(dicom())
        .post("/v1/models/stored/store")
        .then()
        .statusCode(200)
        .body("stored[0].findings[0].positive", is(true))
        .body("stored[0].findings[0].heatmap", nullValue())
        .body("stored[0].heatMaps", hasSize(1))
        .body("model", is("stored"));
    assertEquals(1, RECEIVED.size());
    String received = RECEIVED.getFirst();
    assertEquals(3, received.split("Content-Type: application/dicom", -1).length);
    assertTrue(received.contains("1.2.840.10008.5.1.4.1.1.7"), "a secondary capture");
    when()
        .get("/v2/models/stored/stats")
        .then()
        .body("model_stats[0].execution_count", is(1))
        .body("model_stats[0].inference_count", is(1));
    models.withdraw("stored");
  }

  @Test
  void everyImageNamesTheModelThatAnsweredIt() throws IOException {
    serve("stored");
    serve("next");
    given()
        .filter(new DescribedAnswers())
        .multiPart("image", "a.dcm", dicom())
        .multiPart("image", "b.dcm", dicom())
        .multiPart("image", "c.dcm", dicom())
        .post("/v1/models/stored/store")
        .then()
        .statusCode(200)
        .body("stored.model.toSet()", hasSize(2))
        .body("model", nullValue());
    models.withdraw("stored");
    models.withdraw("next");
  }

  /** Whoever sends the images did not choose the archive's login. */
  @Test
  void whatTheArchiveRefusesIsNoFaultOfTheRequest() throws IOException {
    serve("stored");
    status = 401;
    try {
      given()
          .body(dicom())
          .post("/v1/models/stored/store")
          .then()
          .statusCode(502)
          .body("error", containsString("refuses the credentials"));
    } finally {
      status = 200;
      models.withdraw("stored");
    }
  }

  private void serve(String name) throws IOException {
    Bundle bundle = Bundle.write(folder.resolve(name), name, "1", TinyNetwork.brightness(8));
    loader.load(bundle.uri(), Optional.empty(), models::serve);
  }

  private static byte[] dicom() {
    return Dicoms.builder(9, 9, 250)
        .text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.1.1")
        .text(0x00080018, "UI", "1.2.3.1")
        .text(0x0020000D, "UI", "1.2.3")
        .text(0x0020000E, "UI", "1.2.3.2")
        .build();
  }
}

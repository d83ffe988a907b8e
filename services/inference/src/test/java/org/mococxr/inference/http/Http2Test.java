package org.mococxr.inference.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.TinyNetwork;
import org.mococxr.inference.testing.WithoutKafka;
import org.mococxr.testkit.Pictures;

/** Java's own client speaks HTTP/2 unless told otherwise: after an upgrade, then from the start. */
@QuarkusTest
@TestProfile(WithoutKafka.class)
class Http2Test {
  private static final TinyNetwork BRIGHTNESS = TinyNetwork.brightness(8);

  @TempDir Path folder;

  @TestHTTPResource URI server;

  @Inject ModelRepository models;
  @Inject BundleLoader loader;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();

  @BeforeEach
  void serve() throws Exception {
    Bundle bundle = Bundle.write(folder.resolve("h2"), "h2", "1", BRIGHTNESS, json -> {});
    loader.load(bundle.uri(), Optional.empty(), models::serve);
  }

  @AfterEach
  void withdraw() {
    models.withdraw("h2");
    client.close();
  }

  @Test
  void imagesOfKnownLengthAreAnswered() throws Exception {
    byte[] image = Pictures.flat(9, 9, 200, "png");
    for (int i = 0; i < 3; i++) {
      HttpResponse<String> answer = post(BodyPublishers.ofByteArray(image));
      assertEquals(200, answer.statusCode(), answer.body());
      assertTrue(answer.body().contains("\"findings\""), answer.body());
    }
  }

  @Test
  void imagesOfUnknownLengthAreAnswered() throws Exception {
    byte[] image = Pictures.flat(9, 9, 200, "png");
    for (int i = 0; i < 3; i++) {
      HttpResponse<String> answer =
          post(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(image)));
      assertEquals(200, answer.statusCode(), answer.body());
    }
  }

  @Test
  void noBodyAndAHugeOneAreTheSendersError() throws Exception {
    post(BodyPublishers.ofByteArray(Pictures.flat(9, 9, 200, "png")));
    assertEquals(400, post(BodyPublishers.noBody()).statusCode());
    byte[] noise = new byte[200 << 20];
    assertEquals(
        413,
        post(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(noise))).statusCode());
    assertEquals(
        200, post(BodyPublishers.ofByteArray(Pictures.flat(9, 9, 99, "png"))).statusCode());
  }

  private HttpResponse<String> post(HttpRequest.BodyPublisher body) throws Exception {
    return client.send(
        HttpRequest.newBuilder(server.resolve("/v1/models/h2/predict"))
            .timeout(Duration.ofSeconds(30))
            .POST(body)
            .build(),
        BodyHandlers.ofString());
  }
}

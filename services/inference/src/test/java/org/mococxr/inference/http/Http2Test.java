package org.mococxr.inference.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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

  /** By the server's first frames (RFC 9113, 6.5 and 6.9). */
  @Test
  void aTensorCanBeSentWithoutWaitingForTheServer() throws Exception {
    int ofRequest = 65_535;
    int ofConnection = 65_535;
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      socket.setSoTimeout(20_000);
      byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
      byte[] noSettings = {0, 0, 0, 4, 0, 0, 0, 0, 0};
      byte[] ping = {0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8};
      socket.getOutputStream().write(preface);
      socket.getOutputStream().write(noSettings);
      socket.getOutputStream().write(ping);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      for (boolean answered = false; !answered; ) {
        int lengthAndType = in.readInt();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        ByteBuffer payload = ByteBuffer.wrap(in.readNBytes(lengthAndType >>> 8));
        int type = lengthAndType & 0xFF;
        answered = type == 6 && flags == 1;
        while (type == 4 && payload.hasRemaining()) {
          int setting = payload.getShort();
          int value = payload.getInt();
          ofRequest = setting == 4 ? value : ofRequest;
        }
        ofConnection += type == 8 && stream == 0 ? payload.getInt() : 0;
      }
    }
    int tensor = 512 * 512 * 4;
    assertTrue(ofRequest >= tensor, "window of a request: " + ofRequest);
    assertTrue(ofConnection >= 4 * tensor, "window of a connection: " + ofConnection);
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

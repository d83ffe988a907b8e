package org.mococxr.inference.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.Dicoms;
import org.mococxr.inference.testing.RecordedLog;
import org.mococxr.inference.testing.TinyNetwork;
import org.mococxr.inference.testing.WithoutKafka;

/** What is known of a patient does not get into the log or out of the answers. */
@QuarkusTest
@TestProfile(WithoutKafka.class)
class PrivacyTest {
  private static final List<String> PATIENT =
      List.of("Hidden^Patient", "MRN-77123", "19440405", "St. Elsewhere");

  @TempDir Path folder;

  @TestHTTPResource URI address;

  @Inject ModelRepository models;
  @Inject BundleLoader loader;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private RecordedLog log;

  @BeforeEach
  void serve() throws Exception {
    Bundle bundle = Bundle.write(folder.resolve("m"), "m", "1", TinyNetwork.brightness(8));
    loader.load(bundle.uri(), Optional.empty(), models::serve);
    log = new RecordedLog("");
  }

  @AfterEach
  void withdraw() {
    log.close();
    models.withdraw("m");
  }

  @Test
  void noPatientFieldIsLoggedOrAnsweredWhateverTheFileIsLike() throws Exception {
    byte[] whole =
        Dicoms.builder(20, 20, 90)
            .text(0x00100010, "PN", PATIENT.get(0))
            .text(0x00100020, "LO", PATIENT.get(1))
            .text(0x00100030, "DA", PATIENT.get(2))
            .text(0x00080080, "LO", PATIENT.get(3))
            .build();
    assertTrue(new String(whole, StandardCharsets.ISO_8859_1).contains(PATIENT.getFirst()));
    Random random = new Random(14);
    List<Integer> statuses = new ArrayList<>();
    statuses.add(predict(whole));
    for (int i = 0; i < 150; i++) {
      byte[] damaged = random.nextBoolean() ? whole.clone() : cut(whole, random);
      damaged[132 + random.nextInt(damaged.length - 132)] = (byte) random.nextInt(256);
      statuses.add(predict(damaged));
    }
    assertEquals(200, statuses.getFirst());
    assertTrue(statuses.contains(400), statuses.toString());
    log.records().forEach(record -> requireNoPatient(text(record)));
  }

  private static String text(LogRecord record) {
    StringBuilder text = new StringBuilder(String.valueOf(record.getMessage()));
    text.append(' ').append(Arrays.toString(record.getParameters()));
    for (Throwable t = record.getThrown(); t != null; t = t.getCause()) {
      text.append(' ').append(t);
    }
    return text.toString();
  }

  private static byte[] cut(byte[] whole, Random random) {
    return Arrays.copyOf(whole, 140 + random.nextInt(whole.length - 140));
  }

  private int predict(byte[] file) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(address.resolve("/v1/models/m/predict"))
            .POST(HttpRequest.BodyPublishers.ofByteArray(file))
            .build();
    HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    requireNoPatient(answer.body());
    return answer.statusCode();
  }

  private static void requireNoPatient(String text) {
    for (String field : PATIENT) {
      assertFalse(text.contains(field), text);
    }
  }
}

package org.mococxr.local.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Ports;
import org.mococxr.testkit.DicomBuilder;
import org.mococxr.testkit.Needs;
import org.mococxr.testkit.Orthanc;
import org.mococxr.testkit.ProcessTree;

/**
 * From a hospital's archive and back: radiographs are stored in a real archive, read by DICOMweb,
 * split, embedded, learned from, and served; the answer for one of them is stored back by STOW-RS
 * and read from the archive.
 */
@Timeout(value = 40, unit = TimeUnit.MINUTES)
class ArchiveIT {
  private static final String TASK = "Pleural Effusion";
  private static final int PATIENTS = 16;

  @TempDir Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private Orthanc orthanc;
  private Scenario scenario;

  @Test
  void radiographsGoOutAndFindingsComeBack() throws Exception {
    Path shared = Needs.shared("data/dicom");
    scenario = new Scenario(folder);
    orthanc = Orthanc.start(Files.createDirectories(folder.resolve("orthanc")));
    try {
      int stored = upload(shared);
      assertTrue(stored > PATIENTS, "the shared files are stored beside ours: " + stored);
      Path copy = folder.resolve("copy");
      String inspected = tool(archived("dataset", "inspect", copy));
      assertTrue(inspected.contains("DICOM headers (PatientID)"), inspected);
      label(copy);
      Path split = folder.resolve("split");
      tool(
          archived("split", copy),
          List.of("--tasks", TASK, "--fractions", "1", "--test-share", "0.25"),
          List.of("--valid-share", "0.25", "--max-rejected", "1000", "--out", split.toString()));
      Path model = model(split);
      storeAndReadBack(model);
    } finally {
      orthanc.close();
    }
  }

  /** The shared files and a radiograph of each of our patients; how many the archive took. */
  private int upload(Path shared) throws Exception {
    int stored = 0;
    try (Stream<Path> files = Files.walk(shared)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".dcm")).sorted().toList()) {
        stored += post("/instances", Files.readAllBytes(file)).statusCode() == 200 ? 1 : 0;
      }
    }
    assertTrue(stored > 0);
    for (int patient = 0; patient < PATIENTS; patient++) {
      assertEquals(200, post("/instances", radiograph(patient)).statusCode());
      stored++;
    }
    return stored;
  }

  private static byte[] radiograph(int patient) {
    int[] values = new int[64 * 64];
    for (int i = 0; i < values.length; i++) {
      int bright = patient % 2 == 0 && i / 64 > 40 ? 1500 : 0;
      values[i] = 20 * (i % 64) + bright + patient;
    }
    String study = "1.2.826.0.1." + (patient + 1);
    return DicomBuilder.grey("1.2.840.10008.1.2.1", 64, 64, 16, 12, false, values)
        .text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.1")
        .text(0x00080018, "UI", study + ".1.1")
        .text(0x00080020, "DA", "20240101")
        .text(0x00080060, "CS", "DX")
        .text(0x00100010, "PN", "Doe^Jane" + patient)
        .text(0x00100020, "LO", "MRN" + patient)
        .text(0x00180015, "CS", "CHEST")
        .text(0x00185101, "CS", "PA")
        .text(0x0020000D, "UI", study)
        .text(0x0020000E, "UI", study + ".1")
        .build();
  }

  /** A command with the flags that read the archive. */
  private List<String> archived(Object... command) throws IOException {
    Path secret = Files.writeString(folder.resolve("password"), Orthanc.PASSWORD);
    List<String> all = new ArrayList<>();
    Stream.of(command).map(Object::toString).forEach(all::add);
    all.addAll(List.of("--format", "dicomweb", "--archive", orthanc.dicomWeb().toString()));
    all.addAll(List.of("--credentials", "basic:" + Orthanc.USER + ":file:" + secret));
    all.addAll(List.of("--salt", "env:PATIENT_SALT", "--query", "modality=CR,DX,bodyPart="));
    return all;
  }

  /** Ours, whose lower part is bright or not; what the copy is named by tells nobody. */
  private static void label(Path copy) throws IOException {
    StringBuilder table = new StringBuilder("image," + TASK + "\n");
    int labelled = 0;
    try (Stream<Path> files = Files.walk(copy)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".dcm")).sorted().toList()) {
        byte[] bytes = Files.readAllBytes(file);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        assertTrue(!text.contains("Doe^Jane"), "a name is in " + file);
        if (bytes.length < 20_000) {
          assertTrue(!text.contains("MRN"), "an identifier is in " + file);
          // The last pixel is of the bright part or not.
          int last = (bytes[bytes.length - 1] & 0xFF) << 8 | bytes[bytes.length - 2] & 0xFF;
          table.append(copy.relativize(file)).append(last > 2000 ? ",1\n" : ",0\n");
          labelled++;
        }
      }
    }
    assertTrue(labelled >= PATIENTS, "labelled " + labelled);
    Files.writeString(copy.resolve("labels.csv"), table);
  }

  /** A random encoder's features, a linear head on them, and the bundle. */
  private Path model(Path split) throws Exception {
    Path embedded = folder.resolve("embedded");
    Path linear = folder.resolve("linear");
    Path model = folder.resolve("model");
    tool(
        List.of("embed", "--split", split.toString(), "--architecture", "resnet18"),
        List.of("--image-size", "64"),
        List.of("--out", embedded.toString()));
    tool(
        List.of("finetune", "--encoder", embedded.toString(), "--features", embedded.toString()),
        List.of("--split", split.toString(), "--train", "train_semi_1-it0", "--tasks", TASK),
        List.of("--out", linear.toString()));
    tool(
        List.of("export", "--run", linear.toString(), "--split", split.toString()),
        List.of("--name", "effusion", "--out", model.toString()));
    return model;
  }

  private void storeAndReadBack(Path model) throws Exception {
    int port = Ports.free();
    ProcessBuilder serve =
        scenario.tool(List.of("serve", model.toString(), "--port", Integer.toString(port)));
    Path secret = folder.resolve("password");
    serve
        .environment()
        .putAll(
            Map.of(
                "MOCOCXR_INFERENCE_ARCHIVE_URL",
                orthanc.dicomWeb().toString(),
                "MOCOCXR_INFERENCE_ARCHIVE_CREDENTIALS",
                "basic:" + Orthanc.USER + ":file:" + secret));
    Process service =
        serve
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("serve.log").toFile())
            .start();
    try {
      URI models = URI.create("http://127.0.0.1:" + port + "/v1/models");
      awaitModel(models, service);
      HttpResponse<byte[]> answer =
          send(URI.create(models + "/effusion/store"), radiograph(0), false);
      assertEquals(200, answer.statusCode(), new String(answer.body(), StandardCharsets.UTF_8));
      JsonNode stored = Json.MAPPER.readTree(answer.body()).at("/stored/0");
      JsonNode finding = stored.at("/findings/0");
      assertEquals(TASK, finding.get("task").asText());
      assertEquals(finding.get("positive").asBoolean() ? 1 : 0, stored.get("heatMaps").size());
      String report = instance(stored.get("report").asText());
      assertTrue(report.contains("1.2.826.0.1.1\0") || report.contains("1.2.826.0.1.1"), "study");
      assertTrue(report.contains("60046008"), "the finding's code");
      assertTrue(report.contains("MRN0"), "the report is the patient's");
      for (JsonNode map : stored.get("heatMaps")) {
        assertTrue(instance(map.asText()).contains("Heat map: " + TASK));
      }
      assertEquals(
          400,
          send(URI.create(models + "/effusion/store"), "no DICOM".getBytes(), false).statusCode());
    } finally {
      service.destroy();
      ProcessTree.endsWithin(Duration.ofMinutes(2), service);
    }
  }

  private void awaitModel(URI models, Process service) throws Exception {
    Instant end = Instant.now().plusSeconds(360);
    while (true) {
      try {
        HttpRequest request =
            HttpRequest.newBuilder(models).timeout(Duration.ofSeconds(10)).build();
        String text = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        if (text.contains("effusion")) {
          return;
        }
      } catch (IOException e) {
        // It does not listen yet.
      }
      assertTrue(
          service.isAlive() && Instant.now().isBefore(end),
          Files.readString(folder.resolve("serve.log")));
      Thread.sleep(200);
    }
  }

  /** The file of an instance that the archive has, as text. */
  private String instance(String uid) throws Exception {
    byte[] found = post("/tools/lookup", uid.getBytes(StandardCharsets.US_ASCII)).body();
    JsonNode places = Json.MAPPER.readTree(found);
    assertEquals(1, places.size(), "instance " + uid);
    HttpRequest request =
        request(URI.create(root() + "/instances/" + places.at("/0/ID").asText() + "/file"), true)
            .build();
    return new String(
        http.send(request, HttpResponse.BodyHandlers.ofByteArray()).body(),
        StandardCharsets.ISO_8859_1);
  }

  private String root() {
    return orthanc.dicomWeb().toString().replace("/dicom-web", "");
  }

  private HttpResponse<byte[]> post(String path, byte[] body) throws Exception {
    return send(URI.create(root() + path), body, true);
  }

  private HttpResponse<byte[]> send(URI address, byte[] body, boolean login) throws Exception {
    HttpRequest request =
        request(address, login).POST(HttpRequest.BodyPublishers.ofByteArray(body)).build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      // A kept connection may end as it is used; storing twice is storing once.
      return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }
  }

  private static HttpRequest.Builder request(URI address, boolean login) {
    HttpRequest.Builder builder = HttpRequest.newBuilder(address).timeout(Duration.ofMinutes(3));
    String pair = Orthanc.USER + ":" + Orthanc.PASSWORD;
    return login
        ? builder.header(
            "Authorization",
            "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)))
        : builder;
  }

  @SafeVarargs
  private String tool(List<String>... parts) throws Exception {
    List<String> command = Stream.of(parts).flatMap(List::stream).toList();
    ProcessBuilder builder = scenario.tool(command).redirectErrorStream(true);
    builder.environment().put("PATIENT_SALT", "a salt for this test");
    Path log = folder.resolve(command.get(0) + ".log");
    Process process = builder.redirectOutput(log.toFile()).start();
    boolean ended = ProcessTree.endsWithin(Duration.ofMinutes(8), process);
    String text = Files.readString(log);
    assertTrue(ended && process.exitValue() == 0, command + "\n" + text);
    return text;
  }
}

package org.mococxr.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.Ports;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.dicom.DicomFile;
import org.mococxr.imaging.results.ReportedFinding;
import org.mococxr.imaging.results.ResultSource;
import org.mococxr.imaging.results.SecondaryCapture;
import org.mococxr.imaging.results.StructuredReport;
import org.mococxr.testkit.DicomBuilder;
import org.mococxr.testkit.Orthanc;

/** Against a real archive: store, search, download, store results in the study, read them back. */
@Tag("slow")
class OrthancTest {
  private static final DecodeLimits LIMITS = DecodeLimits.defaults();
  private static final String SALT = "a salt for this test";

  @TempDir static Path home;
  @TempDir Path folder;
  private static Orthanc orthanc;
  private static DicomWebClient archive;

  @BeforeAll
  static void start() throws Exception {
    orthanc = Orthanc.start(home);
    Path secret = Files.writeString(home.resolve("password"), Orthanc.PASSWORD + "\n");
    archive = client(Credentials.parse("basic:" + Orthanc.USER + ":file:" + secret));
    List<byte[]> files = new ArrayList<>();
    for (int patient = 0; patient < 3; patient++) {
      for (int view = 0; view < 2; view++) {
        files.add(radiograph(patient, view, view == 0 ? "DX" : "CR", "CHEST"));
      }
    }
    files.add(radiograph(7, 0, "DX", "HAND"));
    files.add(radiograph(8, 0, "CT", "CHEST"));
    archive.store(files);
  }

  @AfterAll
  static void stop() {
    if (archive != null) {
      archive.close();
    }
    if (orthanc != null) {
      orthanc.close();
    }
  }

  private static DicomWebClient client(Credentials credentials) {
    return new DicomWebClient(orthanc.dicomWeb(), credentials, LIMITS, Duration.ofMillis(10));
  }

  private static byte[] radiograph(int patient, int view, String modality, String part) {
    int[] values = new int[64];
    Arrays.setAll(values, i -> 50 * i + patient);
    String study = "1.2.3." + (patient + 1);
    return DicomBuilder.grey("1.2.840.10008.1.2.1", 8, 8, 16, 12, false, values)
        .text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.1")
        .text(0x00080018, "UI", study + ".9." + (view + 1))
        .text(0x00080020, "DA", "202" + patient + "0101")
        .text(0x00080060, "CS", modality)
        .text(0x00100010, "PN", "Doe^Jane" + patient)
        .text(0x00100020, "LO", "MRN" + patient)
        .text(0x00180015, "CS", part)
        .text(0x00185101, "CS", view == 0 ? "PA" : "LL")
        .text(0x0020000D, "UI", study)
        .text(0x0020000E, "UI", study + "." + (view + 1))
        .build();
  }

  @Test
  void aQueryFindsByModalityBodyPartAndDate() {
    assertEquals(6, archive.search(ArchiveQuery.CHEST).size());
    assertEquals(3, found(Map.of("modality", "DX")));
    assertEquals(1, found(Map.of("modality", "ct")));
    assertEquals(7, found(Map.of("bodyPart", "")));
    assertEquals(4, found(Map.of("from", "2021-01-01")));
    assertEquals(2, found(Map.of("to", "2020-12-31")));
    assertEquals(2, found(Map.of("from", "2021-01-01", "to", "2021-01-01")));
    assertEquals(0, found(Map.of("modality", "MG")));
  }

  private static int found(Map<String, String> fields) {
    return archive.search(ArchiveQuery.of(fields)).size();
  }

  @Test
  void whatIsRetrievedIsWhatWasStored() {
    ArchivedImage image = archive.search(ArchiveQuery.CHEST).getFirst();
    DicomFile file = DicomFile.of(archive.retrieve(image), "image", LIMITS);
    assertEquals(image.instance(), file.header().instanceUid().orElseThrow());
    assertEquals(64, file.storedPixels().length);
    assertEquals(50 * 63, file.storedPixels()[63] - file.storedPixels()[0]);
  }

  @Test
  void aDownloadNamesNobodyAndGoesOnWhereItStopped() throws IOException {
    ArchiveDownload download = new ArchiveDownload(folder, SALT, LIMITS);
    ArchiveDownload.State state = download.run(archive, ArchiveQuery.CHEST, Progress.SILENT);
    assertEquals(6, state.images());
    assertEquals(Map.of(), state.skipped());
    List<Path> files = files();
    assertEquals(6, files.size());
    for (Path file : files) {
      String text = Files.readString(file, StandardCharsets.ISO_8859_1);
      assertFalse(text.contains("Jane") || text.contains("MRN") || text.contains("1.2.3."));
      assertTrue(DicomFile.readHeader(file, LIMITS).patientId().orElseThrow().length() == 16);
    }
    assertEquals(
        3,
        files.stream()
            .map(file -> DicomFile.readHeader(file, LIMITS).patientId().orElseThrow())
            .distinct()
            .count());
    // As if it had been cut off after the fifth image: only the sixth is fetched.
    byte[] lost = Files.readAllBytes(files.get(5));
    Files.delete(files.get(5));
    Path stateFile = folder.resolve("archive.json");
    Files.writeString(
        stateFile,
        Files.readString(stateFile).replace("\"complete\" : true", "\"complete\" : false"));
    List<Object> times = times(files.subList(0, 5));
    download.run(archive, ArchiveQuery.CHEST, Progress.SILENT);
    assertArrayEquals(lost, Files.readAllBytes(files.get(5)));
    assertEquals(times, times(files.subList(0, 5)));
    // Complete: no archive is asked.
    try (DicomWebClient nobody = new DicomWebClient(nowhere(), new Credentials.None(), LIMITS)) {
      assertEquals(state, download.run(nobody, ArchiveQuery.CHEST, Progress.SILENT));
      ArchiveQuery other = ArchiveQuery.of(Map.of("modality", "DX"));
      assertThrows(UserErrorException.class, () -> download.run(nobody, other, Progress.SILENT));
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(path -> path.toString().endsWith(".dcm")).sorted().toList();
    }
  }

  private static List<Object> times(List<Path> files) throws IOException {
    List<Object> times = new ArrayList<>();
    for (Path file : files) {
      times.add(Files.getLastModifiedTime(file));
    }
    return times;
  }

  @Test
  void resultsAreStoredInTheStudyAndReadBack() {
    byte[] original = radiograph(0, 0, "DX", "CHEST");
    DicomFile picture = DicomFile.of(original, "x", LIMITS);
    ResultSource source = new ResultSource("chest", "2");
    Instant when = Instant.parse("2026-01-02T03:04:05Z");
    List<ReportedFinding> findings = List.of(new ReportedFinding("Effusion", 0.75, true));
    byte[] report = StructuredReport.of(picture.studyReference(), source, findings, when);
    byte[] map =
        SecondaryCapture.of(
            picture.studyReference(), source, "Effusion", 8, 8, new byte[192], when);
    archive.store(List.of(report, map));
    // Stored again they replace themselves.
    archive.store(List.of(report, map));
    ArchiveQuery reports = ArchiveQuery.of(Map.of("modality", "SR", "bodyPart", ""));
    List<ArchivedImage> found = archive.search(reports);
    assertEquals(1, found.size());
    assertEquals("1.2.3.1", found.getFirst().study());
    String read = new String(archive.retrieve(found.getFirst()), StandardCharsets.ISO_8859_1);
    assertTrue(read.contains("60046008") && read.contains("75.0000"));
    assertTrue(
        DicomFile.of(read.getBytes(StandardCharsets.ISO_8859_1), "report", LIMITS)
            .header()
            .notAPicture()
            .orElseThrow()
            .contains("report"));
    assertEquals(1, found(Map.of("modality", "OT")));
  }

  @Test
  void refusalsAreTheUsersErrorsAndAnAbsentArchiveIsNot() throws IOException {
    try (DicomWebClient stranger = client(new Credentials.None())) {
      UserErrorException error =
          assertThrows(UserErrorException.class, () -> stranger.search(ArchiveQuery.CHEST));
      assertTrue(error.getMessage().contains("refuses the credentials"), error.getMessage());
    }
    assertThrows(UserErrorException.class, () -> archive.store(List.of("no DICOM".getBytes())));
    assertThrows(
        UserErrorException.class, () -> archive.retrieve(new ArchivedImage("1", "2", "3")));
    try (DicomWebClient absent =
        new DicomWebClient(nowhere(), new Credentials.None(), LIMITS, Duration.ofMillis(1))) {
      assertThrows(java.io.UncheckedIOException.class, () -> absent.search(ArchiveQuery.CHEST));
    }
  }

  private static URI nowhere() {
    return URI.create("http://127.0.0.1:" + Ports.free() + "/dicom-web");
  }
}

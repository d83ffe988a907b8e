package org.mococxr.inference.batches;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.hardwood.InputFile;
import dev.hardwood.metadata.PhysicalType;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.schema.ColumnSchema;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.model.BusyException;
import org.mococxr.inference.model.NoModelException;
import org.mococxr.inference.model.UnknownModelException;
import org.mococxr.inference.prediction.HeatMaps;
import org.mococxr.inference.prediction.XrayFile;
import org.mococxr.inference.protocol.RefusedException;
import org.mococxr.inference.testing.BatchApi;
import org.mococxr.inference.testing.Configs;
import org.mococxr.inference.testing.Dicoms;
import org.mococxr.inference.testing.WithoutKafka;
import org.mococxr.testkit.Pictures;

/** What becomes of a folder or a manifest, and which jobs are refused. */
@QuarkusTest
@TestProfile(WithoutKafka.class)
class BatchesTest extends LocalBatches {
  @Test
  void aFolderBecomesATableWithARowForEachImageInItsOrder() throws IOException {
    pictures(150);
    Batches replica = started(models);
    BatchView job = replica.submit(request("tables/a.csv"));
    assertEquals(BatchState.Phase.QUEUED, job.progress().phase());
    BatchView end = completed(replica, job);
    assertEquals(150, end.progress().studies());
    assertEquals(150, end.progress().images());
    assertEquals(150, end.progress().done());
    assertEquals(0, end.progress().failed());
    assertOneRowEach("tables/a.csv", 150, BRIGHTNESS, "1");
    assertEquals(
        "Study,Patient,Images,Brightness,Brightness positive,Warnings,Model,Version,Provenance,"
            + "Error",
        Files.readAllLines(output.resolve("tables/a.csv")).getFirst());
    // The answer is the one that a request gets, provenance included.
    NamedCsvRecord row = table("tables/a.csv").get(7);
    byte[] picture = Files.readAllBytes(input.resolve("0007.png"));
    var same =
        predictor.predict(
            "m", List.of(new XrayFile("x", Optional.empty(), picture)), HeatMaps.NONE);
    assertEquals(same.provenance().id(), row.getField("Provenance"));
    assertEquals(same.findings().getFirst().probability(), probability(row));
    assertEquals(same.findings().getFirst().positive() ? "1" : "0", row.getField(4));
    assertEquals(String.join("; ", same.image().warnings()), row.getField("Warnings"));
    // Parts and plan are not needed any more; the table's folder holds nothing half-written.
    try (Stream<Path> left = Files.walk(output.resolve(".batches/work"))) {
      assertEquals(List.of(), left.filter(Files::isRegularFile).toList());
    }
    try (Stream<Path> tables = Files.list(output.resolve("tables"))) {
      assertEquals(List.of(output.resolve("tables/a.csv")), tables.toList());
    }
  }

  @Test
  void aTableInParquetHasTheCellsOfTheOneInCsv() throws IOException {
    pictures(70);
    Files.writeString(input.resolve("0007.png"), "no picture");
    Batches replica = started(models);
    completed(replica, replica.submit(request("a.csv")));
    assertEquals(
        BatchRequest.Format.PARQUET,
        completed(replica, replica.submit(request("a.parquet"))).format());
    List<NamedCsvRecord> rows = table("a.csv");
    try (ParquetFileReader file =
            ParquetFileReader.open(InputFile.of(output.resolve("a.parquet")));
        RowReader parquet = file.rowReader()) {
      List<ColumnSchema> columns = file.getFileSchema().getColumns();
      assertEquals(rows.getFirst().getHeader(), columns.stream().map(ColumnSchema::name).toList());
      assertEquals(PhysicalType.DOUBLE, columns.get(3).type());
      assertEquals(PhysicalType.BOOLEAN, columns.get(4).type());
      for (NamedCsvRecord row : rows) {
        parquet.next();
        for (int i = 0; i < columns.size(); i++) {
          String cell = row.getField(i);
          Object value = parquet.isNull(i) ? "" : parquet.getValue(i);
          assertEquals(
              columns.get(i).type() == PhysicalType.BOOLEAN && !cell.isEmpty()
                  ? Boolean.toString(cell.equals("1"))
                  : cell,
              value.toString());
        }
      }
      assertFalse(parquet.hasNext());
      assertEquals("", rows.get(7).getField("Brightness"));
    }
  }

  @Test
  void whatIsNoPictureIsARowWithItsReason() throws IOException {
    pictures(3);
    Files.writeString(input.resolve("0001.png"), "no picture");
    Files.write(input.resolve("0003.png"), new byte[0]);
    Files.write(input.resolve("0004.dcm"), Dicoms.flat(9, 9, 90));
    Batches replica = started(models);
    BatchView end = completed(replica, replica.submit(request("a.csv")));
    assertEquals(2, end.progress().failed());
    List<NamedCsvRecord> rows = table("a.csv");
    assertEquals(5, rows.size());
    for (int row : List.of(1, 3)) {
      assertTrue(rows.get(row).getField("Error").startsWith("000" + row + ".png"));
      assertEquals("", rows.get(row).getField("Brightness"));
      assertEquals("", rows.get(row).getField("Provenance"));
      assertEquals("1", rows.get(row).getField("Version"));
    }
    assertEquals("", rows.get(4).getField("Error"));
    assertEquals(BRIGHTNESS.probability(0, 90), probability(rows.get(4)), 1e-6);
    assertEquals(2, studies("failed"));
    assertEquals(3, studies("answered"));
  }

  private double studies(String outcome) {
    return metrics.get("mococxr.inference.batch.studies").tag("outcome", outcome).counter().count();
  }

  @Test
  void imagesOfOneFolderAreOneStudyWithTheMaximumOverItsViews() throws IOException {
    for (String view : List.of("p1/a.png", "p1/s1/b.png", "p1/z.png", "c.png")) {
      Path file = input.resolve(view);
      Files.createDirectories(file.getParent());
      Files.write(file, Pictures.flat(9, 9, view.charAt(view.length() - 5), "png"));
    }
    Batches replica = started(models);
    completed(
        replica,
        replica.submit(
            request("a.csv", "study", "folder", "columns", List.of("images", "probabilities"))));
    List<NamedCsvRecord> rows = table("a.csv");
    assertEquals(List.of("Study", "Images", "Brightness", "Error"), rows.getFirst().getHeader());
    assertEquals(
        List.of(". 1", "p1 2", "p1/s1 1"),
        rows.stream().map(row -> row.getField("Study") + " " + row.getField("Images")).toList());
    assertEquals(BRIGHTNESS.probability(0, 'z'), probability(rows.get(1)), 1e-6);
  }

  @Test
  void aManifestSaysStudiesAndPatients() throws IOException {
    pictures(4);
    Files.createDirectory(input.resolve("folder"));
    Path manifest = input.resolve("list.csv");
    Files.writeString(
        manifest,
        """
        Patient,Path,Study
        p1,0003.png,s2
        p1,0000.png,s1
        p1,0001.png,s2
        p2,%s,s3
        p2,missing.png,s4
        p2,folder,s5
        p2,0000.png/x,s6
        """
            .formatted(input.resolve("0002.png").toUri()));
    Batches replica = started(models);
    completed(replica, replica.submit(request("a.csv", "input", manifest.toUri().toString())));
    List<NamedCsvRecord> rows = table("a.csv");
    assertEquals(
        List.of("s2 p1 2", "s1 p1 1", "s3 p2 1", "s4 p2 1", "s5 p2 1", "s6 p2 1"),
        rows.stream()
            .map(r -> r.getField("Study") + " " + r.getField("Patient") + " " + r.getField(2))
            .toList());
    assertEquals(BRIGHTNESS.probability(0, grey(3)), probability(rows.get(0)), 1e-6);
    assertEquals("missing.png: is missing (a PNG, JPEG or DICOM file)", rows.get(3).getField(9));
    for (NamedCsvRecord row : rows.subList(4, 6)) {
      assertTrue(row.getField("Error").endsWith(": is no file (a PNG, JPEG or DICOM file)"));
    }
  }

  @Test
  void aManifestThatIsWrongFailsTheJobAndNamesTheLine() throws IOException {
    pictures(1);
    Batches replica = started(models);
    for (Map.Entry<String, String> wrong :
        Map.of(
                "image,study,patient\n0000.png,s,a\n0000.png,s,b\n", "line 3",
                "image\n../out/secret.png\n", "line 2",
                "image\nfile:///etc/hostname\n", "line 2",
                "image\nfile:///in/0000.png?v=1\n", "a path below the manifest's folder, or a URI",
                "picture\n0000.png\n", "names no image",
                "image\n", "no images")
            .entrySet()) {
      Path manifest = input.resolve("list.csv");
      Files.writeString(manifest, wrong.getKey());
      BatchView end =
          ended(replica, replica.submit(request("a.csv", "input", manifest.toUri().toString())));
      assertEquals(BatchState.Phase.FAILED, end.progress().phase());
      assertTrue(end.progress().reason().contains(wrong.getValue()), end.progress().reason());
      assertFalse(Files.exists(output.resolve("a.csv")));
    }
  }

  @Test
  void nothingIsReadOrWrittenOutsideOfTheConfiguredFolders() throws IOException {
    Files.createSymbolicLink(input.resolve("link"), folder);
    Batches replica = replica(models, Map.of());
    for (String elsewhere :
        List.of(
            "file:///etc/",
            input.toUri() + "../m1/",
            input.toUri() + "%2e%2e/m1/",
            input.toUri() + "link/m1/",
            input.toUri() + "#1/",
            folder.toUri().toString(),
            input.toUri().toString().replace("/in/", "/in-other/"),
            "s3://bucket/",
            "http://example.org/",
            "file:relative",
            "in",
            "::")) {
      assertThrows(
          UserErrorException.class,
          () -> replica.submit(request("a.csv", "input", elsewhere)),
          elsewhere);
    }
    Files.createDirectories(output);
    Files.createSymbolicLink(output.resolve("link"), input);
    for (String elsewhere :
        List.of(
            "../a.csv",
            "x/../../a.csv",
            "x//a.csv",
            "link/a.csv",
            ".batches/a.csv",
            "a.txt",
            "file:///tmp/a.csv",
            "s3://bucket/a.csv")) {
      assertThrows(UserErrorException.class, () -> replica.submit(request(elsewhere)), elsewhere);
    }
    assertEquals(List.of(), replica.list());
    // Pictures behind a link are not found either.
    Files.write(folder.resolve("m1/secret.png"), Pictures.flat(9, 9, 9, "png"));
    replica.start(null);
    BatchView end = ended(replica, replica.submit(request("b.csv")));
    assertEquals(BatchState.Phase.FAILED, end.progress().phase());
  }

  @Test
  void whatCannotBeDoneIsRefusedAtOnce() throws IOException {
    pictures(1);
    Batches replica = replica(models, Map.of("batches.jobs", "2"));
    assertThrows(
        UnknownModelException.class, () -> replica.submit(request("a.csv", "model", "other")));
    for (Object[] wrong :
        new Object[][] {
          {"format", "xlsx"},
          {"columns", List.of("names")},
          {"study", "manifest"},
          {"study", "patient"},
          {"study", 1},
          {"columns", List.of(2)},
          {"colums", List.of()},
          {"output", 7},
          {"model", ""}
        }) {
      assertThrows(UserErrorException.class, () -> request("a.csv", wrong), wrong[0].toString());
    }
    assertThrows(
        UserErrorException.class, () -> replica.submit(request("a.csv", "format", "parquet")));
    assertThrows(
        UserErrorException.class, () -> replica.submit(request("a.parquet", "format", "csv")));
    replica.submit(request("a.csv"));
    // Another job must not write the same table.
    assertThrows(UserErrorException.class, () -> replica.submit(request("a.csv")));
    replica.submit(request("b.csv"));
    assertThrows(BusyException.class, () -> replica.submit(request("c.csv")));
    replica.start(null);
    replica.list().forEach(job -> completed(replica, job));
    assertThrows(UserErrorException.class, () -> replica.submit(request("a.csv")));
    assertThrows(RefusedException.class, () -> replica.get("20260101-000000000-00000000"));
    assertThrows(RefusedException.class, () -> replica.get("../../x"));
  }

  @Test
  void aNameThatNoStoreTakesIsTheSendersErrorAndNotTheStores() throws IOException {
    pictures(1);
    Files.createSymbolicLink(input.resolve("loop"), input.resolve("loop"));
    Batches replica = started(models);
    String colon = "2026-11-27T10:30.csv";
    completed(replica, replica.submit(request(colon)));
    assertOneRowEach(colon, 1, BRIGHTNESS, "1");
    String longest = "a".repeat(213 - ".csv".length()) + ".csv";
    completed(replica, replica.submit(request(longest)));
    for (String name :
        List.of(
            "a" + longest,
            "a".repeat(256) + ".csv", // of which the file system itself complains
            "\ud800.csv",
            "a\u0000.csv",
            "not-there-yet.csv/b.csv",
            "not-there-yet.parquet/b.csv",
            colon + "/b.csv")) {
      assertThrows(UserErrorException.class, () -> replica.submit(request(name)), name);
    }
    String deep = "a/".repeat(3000) + "b.csv";
    assertEquals(
        "at most 213 between two slashes, and 4053 in all",
        assertThrows(UserErrorException.class, () -> replica.submit(request(deep))).remedy());
    for (String name : List.of("a".repeat(256), "\ud800", "0000.png/x", "loop", "loop/x")) {
      String folder = input.toUri() + name + "/";
      assertThrows(
          UserErrorException.class, () -> replica.submit(request("b.csv", "input", folder)), name);
    }
    Path manifest = input.resolve("list.csv");
    Files.writeString(manifest, "image\n0000.png\n" + "a".repeat(256) + "\n");
    BatchView end =
        ended(replica, replica.submit(request("b.csv", "input", manifest.toUri().toString())));
    assertEquals(BatchState.Phase.FAILED, end.progress().phase());
    assertTrue(end.progress().reason().contains("line 3"), end.progress().reason());
  }

  @Test
  void aJobIsAcceptedOrItsModelUnknownWhenThatIsWithdrawnMeanwhile() throws IOException {
    pictures(3);
    Batches replica =
        started(
            new GatedModels(models, GatedModels.ALL) {
              @Override
              public Lease lease(String name, Optional<String> version) {
                Lease held = super.lease(name, version);
                models.withdraw(name);
                return held;
              }
            });
    completed(replica, replica.submit(request("a.csv")));
    assertOneRowEach("a.csv", 3, BRIGHTNESS, "1");
    assertThrows(NoModelException.class, () -> replica.submit(request("b.csv")));
    assertEquals(1, replica.list().size());
  }

  @Test
  void aModelThatCannotBeReadIsNoFaultOfTheStore() throws IOException {
    UncheckedIOException fault = new UncheckedIOException(new IOException("the cache is away"));
    Batches replica =
        replica(
            new GatedModels(models, GatedModels.ALL) {
              @Override
              public Lease lease(String name, Optional<String> version) {
                throw fault;
              }
            },
            Map.of());
    assertSame(
        fault, assertThrows(UncheckedIOException.class, () -> replica.submit(request("a.csv"))));
    assertEquals(List.of(), replica.list());
  }

  @Test
  void nothingIsLeftOfAJobThatIsForgotten() throws IOException {
    pictures(3);
    Batches replica = started(models);
    BatchView job = completed(replica, replica.submit(request("a.csv")));
    replica.cancel(job.id());
    BatchApi.awaitNothingLeft(output);
    assertOneRowEach("a.csv", 3, BRIGHTNESS, "1");
  }

  @Test
  void bothFoldersAreConfiguredOrNone() {
    UserErrorException e =
        assertThrows(
            UserErrorException.class,
            () ->
                new Batches(
                    Configs.with(Map.of("batches.output", output.toUri().toString())),
                    models,
                    loader,
                    predictor,
                    metrics));
    assertEquals("mococxr.inference.batches.inputs", e.location());
    assertThrows(
        UserErrorException.class,
        () -> replica(models, Map.of("batches.inputs", URI.create("http://x/").toString())));
  }
}

package org.mococxr.datasets;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.datasets.manifest.Manifest;
import org.mococxr.datasets.reading.Datasets;
import org.mococxr.datasets.testing.CheXpertFiles;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.RandomStream;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.DataSource;
import org.mococxr.specs.data.DataSource.Format;

/** Damaged labels files end in the user's error or in a data set, never in another exception. */
@Tag("slow")
class CsvFuzzTest {
  private static final int MUTATIONS_PER_FORMAT = Integer.getInteger("mococxr.fuzz", 500);

  /** Damaged tables that every run of all these tests reads at the least. */
  private static final int LEAST = 8 * MUTATIONS_PER_FORMAT;

  private static final AtomicInteger READ = new AtomicInteger();
  private static final AtomicInteger TESTS = new AtomicInteger();

  @TempDir Path folder;

  @BeforeEach
  void countTest() {
    TESTS.incrementAndGet();
  }

  @AfterAll
  static void enoughWasRead() {
    System.out.println("CsvFuzzTest: read " + READ + " damaged tables");
    long all =
        Arrays.stream(CsvFuzzTest.class.getDeclaredMethods())
            .filter(method -> method.isAnnotationPresent(Test.class))
            .count();
    // Not where only some of the tests were asked for.
    if (TESTS.get() == all) {
      assertTrue(READ.get() >= LEAST, READ + " tables are too few");
    }
  }

  @Test
  void damagedLabelsFilesEndInTheUsersErrorOrInRejectedRows() throws IOException {
    String chexpert =
        CheXpertFiles.header()
            + "\n"
            + String.join("\n", CheXpertFiles.rows(1, "train", 1, 6, 0.2))
            + "\n";
    String nih =
        "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position\n"
            + "a.png,Mass|Nodule,0,1,058Y,M,PA\nb.png,No Finding,0,2,11,F,AP\n";
    String images = "image,patient,age,sex,view,\"ti\"\"sk\"\nx.png,1,3,F,PA,1\ny.png,2,,M,AP,0\n";
    String codalab = "Study,Edema\nC/test/patient1/study1,1.0\nC/test/patient2/study1,0.0\n";
    Map<Format, String> originals =
        Map.of(
            Format.CHEXPERT, chexpert,
            Format.NIH, nih,
            Format.IMAGES_CSV, images,
            Format.CHEXPERT_CODALAB, codalab);
    Files.writeString(
        folder.resolve("test_image_paths.csv"),
        "Path\nC/test/patient1/study1/view1.jpg\nC/test/patient2/study1/view1.jpg\n");
    List<String> read = new ArrayList<>();
    int refused = 0;
    for (Format format : Format.values()) {
      if (!originals.containsKey(format)) {
        continue;
      }
      byte[] original = originals.get(format).getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < MUTATIONS_PER_FORMAT; i++) {
        byte[] damaged = mutate(original, RandomStream.of(7, format.text(), i));
        if (accepts(format, damaged, i)) {
          read.add(format.text());
        } else {
          refused++;
        }
      }
    }
    // Both happen, or the test would be looking at nothing.
    assertTrue(read.size() > 100 && refused > 100, read.size() + " and " + refused);
  }

  /** A table of a kind that people bring, and the pictures beside. */
  private record Kind(String file, byte[] table, List<String> others) {}

  private static List<Kind> kinds() throws IOException {
    String mimic = "files/p10/p10000032/s50414267/a-1.jpg";
    return List.of(
        new Kind(
            "labels.csv",
            "Bild;Patient;Größe;Erguß\r\na.png;Müller;1,5;ja\r\nb.png;K;2,5;nein\r\n"
                .getBytes(Charset.forName("windows-1252")),
            List.of("a.png", "b.png")),
        new Kind(
            "t.tsv",
            "\uFEFFimage\tpid\tx\nC:\\d\\a.png\tp1\t1\n/m/b.png\tp2\t0\n"
                .getBytes(StandardCharsets.UTF_16LE),
            List.of("a.png", "b.png")),
        new Kind(
            "labels.csv",
            "image_id,rad_id,class_name,x\na,R1,Mass,1\na,R2,Nodule,2\nb,R1,No finding,\n"
                .getBytes(StandardCharsets.UTF_8),
            List.of("a.png", "b.png")),
        new Kind(
            "train-rle.csv",
            "ImageId, EncodedPixels\na, -1\nb, 5573 2 1015 8\n".getBytes(StandardCharsets.UTF_8),
            List.of("a.png", "b.png")),
        new Kind(
            "p.csv",
            "ImageID,StudyID,PatientID,Labels\na.png,1,2,\"['x', 'y']\"\nb.png,1,3,['y']\n"
                .getBytes(StandardCharsets.UTF_8),
            List.of("a.png", "b.png")),
        new Kind(
            "train.txt",
            "1 a.png positive cohen\n2 b.png negative rsna\n".getBytes(StandardCharsets.UTF_8),
            List.of("train/a.png", "train/b.png")),
        new Kind(
            "mimic-cxr-2.0.0-chexpert.csv",
            "subject_id,study_id,Edema\n10000032,50414267,-1.0\n".getBytes(StandardCharsets.UTF_8),
            List.of(mimic, "mimic-cxr-2.0.0-split.csv")),
        new Kind(
            "report_fixed.json",
            "{\"path_to_image\": \"train/patient1/study1/v.jpg\", \"Edema\": 1.0}\n"
                .getBytes(StandardCharsets.UTF_8),
            List.of("train/patient1/study1/v.png", "df_chexpert_plus_1.csv")),
        new Kind("labels.csv.gz", packed("image,x\na.png,1\nb.png,0\n"), List.of("a.png", "b.png")),
        new Kind("labels.xlsx", workbook(), List.of("a.png", "b.png")));
  }

  private static byte[] packed(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private static byte[] workbook() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Workbook workbook = new Workbook(bytes, "fuzz", "1.0")) {
      Worksheet sheet = workbook.newWorksheet("s");
      Object[][] cells = {{"image", "x"}, {"a.png", 1}, {"b.png", 0}};
      for (int r = 0; r < cells.length; r++) {
        sheet.value(r, 0, (String) cells[r][0]);
        if (cells[r][1] instanceof Integer number) {
          sheet.value(r, 1, number);
        } else {
          sheet.value(r, 1, (String) cells[r][1]);
        }
      }
    }
    return bytes.toByteArray();
  }

  @Test
  @Timeout(300)
  void damagedTablesOfEveryKindEndInTheUsersErrorOrInADataSet() throws IOException {
    int kept = 0;
    int refused = 0;
    int number = 0;
    for (Kind kind : kinds()) {
      Path root = folder.resolve("kind" + number++);
      for (String other : kind.others()) {
        Path file = root.resolve(other);
        Files.createDirectories(file.getParent());
        Files.writeString(
            file,
            switch (other) {
              case "mimic-cxr-2.0.0-split.csv" ->
                  "dicom_id,study_id,subject_id,split\na-1,50414267,10000032,train\n";
              case "df_chexpert_plus_1.csv" ->
                  "path_to_image,deid_patient_id,split\ntrain/patient1/study1/v.jpg,p,train\n";
              default -> "";
            });
      }
      assertTrue(readable(root, kind.file(), kind.table(), -1), kind.file() + ", undamaged");
      for (int i = 0; i < MUTATIONS_PER_FORMAT / 5; i++) {
        byte[] damaged = mutate(kind.table(), RandomStream.of(8, kind.file() + number, i));
        if (readable(root, kind.file(), damaged, i)) {
          kept++;
        } else {
          refused++;
        }
      }
    }
    assertTrue(kept > 50 && refused > 50, kept + " and " + refused);
  }

  /** Folders of the cases, with the table of each. */
  private static final Map<String, String> CASES =
      Map.of(
          "csv-semicolon", "labels.csv",
          "csv-absolute-paths", "labels.csv",
          "csv-nfd-names", "labels.csv",
          "csv-image-column-names", "labels.csv",
          "ages-unknown", "labels.csv",
          "patient-column-unknown-name", "labels.csv",
          "few-labels-among-many", "labels.csv",
          "rsna-two-rows-per-image", "stage_2_train_labels.csv",
          "kaggle-vindr-train-csv", "train.csv",
          "dicom-with-labels-csv", "labels.csv");

  @Test
  @Timeout(300)
  void damagedTablesOfTheCasesEndInTheUsersErrorOrInADataSet() throws Exception {
    int kept = 0;
    for (Map.Entry<String, String> entry : new TreeMap<>(CASES).entrySet()) {
      String name = entry.getKey();
      Path from = Path.of(CsvFuzzTest.class.getResource("/cases/" + name + "/data").toURI());
      Path root = folder.resolve(name);
      try (Stream<Path> files = Files.walk(from)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Path to = root.resolve(from.relativize(file).toString());
          Files.createDirectories(to.getParent());
          Files.copy(file, to);
        }
      }
      byte[] table = Files.readAllBytes(root.resolve(entry.getValue()));
      assertTrue(readable(root, entry.getValue(), table, -1), name + ", undamaged");
      for (int i = 0; i < MUTATIONS_PER_FORMAT / 5; i++) {
        byte[] damaged = mutate(table, RandomStream.of(9, name, i));
        kept += readable(root, entry.getValue(), damaged, i) ? 1 : 0;
      }
    }
    assertTrue(kept > 50, "only " + kept + " of the tables could be read");
  }

  private static boolean readable(Path root, String name, byte[] content, int mutation)
      throws IOException {
    if (mutation >= 0) {
      READ.incrementAndGet();
    }
    Files.write(root.resolve(name), content);
    try {
      Dataset dataset = Datasets.read(DataSource.at(root), Progress.SILENT);
      Manifest.Writer writer = new Manifest.Writer(dataset);
      for (ImageRecord image : dataset.images()) {
        writer.write(image, OutputStream.nullOutputStream());
      }
      return dataset.images().stream().anyMatch(ImageRecord::labelled);
    } catch (UserErrorException e) {
      return false;
    } catch (RuntimeException e) {
      return fail(name + ", mutation " + mutation, e);
    }
  }

  private boolean accepts(Format format, byte[] content, int mutation) throws IOException {
    String name = format == Format.CHEXPERT_CODALAB ? "test_groundtruth.csv" : "fuzzed.csv";
    READ.incrementAndGet();
    Files.write(folder.resolve(name), content);
    DataSource source = DataSource.at(format, folder).withoutFileCheck();
    try {
      Dataset dataset =
          Datasets.read(
              format == Format.CHEXPERT_CODALAB ? source : source.with("labels", name),
              Progress.SILENT);
      Manifest.Writer writer = new Manifest.Writer(dataset);
      for (ImageRecord image : dataset.images()) {
        writer.write(image, OutputStream.nullOutputStream());
      }
      return dataset.size() > 0;
    } catch (UserErrorException e) {
      return false;
    } catch (RuntimeException e) {
      return fail(format.text() + ", mutation " + mutation, e);
    }
  }

  /** Flips, removes, doubles and inserts bytes, and cuts the end off. */
  private static byte[] mutate(byte[] original, RandomStream random) {
    List<Byte> bytes = new ArrayList<>();
    for (byte b : original) {
      bytes.add(b);
    }
    byte[] nasty = {'"', ',', '\n', '\r', 0, (byte) 0xFF, '/', '.', '-', '9', '|', (byte) 0xC3};
    int count = 1 + random.nextInt(12);
    for (int i = 0; i < count && !bytes.isEmpty(); i++) {
      int at = random.nextInt(bytes.size());
      switch (random.nextInt(6)) {
        case 0 -> bytes.set(at, (byte) random.nextInt(256));
        case 1 -> bytes.remove(at);
        case 2 -> bytes.add(at, nasty[random.nextInt(nasty.length)]);
        case 3 -> bytes.set(at, nasty[random.nextInt(nasty.length)]);
        case 4 -> bytes.addAll(at, List.copyOf(bytes.subList(0, Math.min(bytes.size(), 40))));
        default -> {
          if (random.nextBoolean(0.2)) {
            bytes = new ArrayList<>(bytes.subList(0, at));
          }
        }
      }
    }
    byte[] damaged = new byte[bytes.size()];
    for (int i = 0; i < damaged.length; i++) {
      damaged[i] = bytes.get(i);
    }
    return damaged;
  }
}

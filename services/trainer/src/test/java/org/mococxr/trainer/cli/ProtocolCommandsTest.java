package org.mococxr.trainer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.datasets.CheXpert;

/** Each protocol of the reference, from files as their owners have them, by flags alone. */
class ProtocolCommandsTest {
  @TempDir Path folder;

  /** Patients of CheXpert's training part; every fifth has no label at all. */
  private static final int PATIENTS = 60;

  private void picture(String path, String format) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    BufferedImage picture = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
    int hash = path.hashCode();
    for (int p = 0; p < 64; p++) {
      picture.getRaster().setSample(p % 8, p / 8, 0, (hash >>> p % 24) + 37 * p & 255);
    }
    assertTrue(ImageIO.write(picture, format, file.toFile()));
  }

  private Ended split(String data, String... more) {
    List<String> words = new ArrayList<>(List.of("split", folder.resolve(data).toString()));
    words.addAll(List.of("--out", folder.resolve("split").toString()));
    words.addAll(Arrays.asList(more));
    return Ended.of(Tool.of(), words.toArray(String[]::new));
  }

  private void done(String data, String... more) {
    Ended ended = split(data, more);
    assertEquals(0, ended.code(), ended.error());
  }

  private List<String> paths(String part) throws IOException {
    return Files.readAllLines(folder.resolve("split").resolve(part + ".csv")).stream()
        .skip(1)
        .map(line -> line.substring(0, line.indexOf(',')))
        .toList();
  }

  private static Set<String> patients(List<String> paths) {
    return paths.stream()
        .map(path -> path.replaceAll(".*(patient\\d+).*", "$1"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void cheXpert(String part, int first, int count) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.join(",", CheXpert.ATTRIBUTES) + "," + String.join(",", CheXpert.OBSERVATIONS));
    int effusion = CheXpert.OBSERVATIONS.indexOf("Pleural Effusion");
    for (int p = first; p < first + count; p++) {
      for (int view = 1; view <= 2; view++) {
        String path =
            "CheXpert-v1.0-small/%s/patient%05d/study1/view%d_frontal.jpg".formatted(part, p, view);
        picture("chex/" + path, "jpg");
        String[] labels = new String[CheXpert.OBSERVATIONS.size()];
        Arrays.fill(labels, "");
        labels[effusion] = p % 5 == 0 ? "" : p % 2 == 0 ? "1.0" : "0.0";
        lines.add(path + ",Male,40,Frontal,AP," + String.join(",", labels));
      }
    }
    Files.write(folder.resolve("chex/CheXpert-v1.0-small/" + part + ".csv"), lines);
  }

  /** CheXpert with CodaLab's pair of files in a folder of their own, by names of their own. */
  private void withCodaLab() throws IOException {
    cheXpert("train", 1, PATIENTS);
    cheXpert("valid", 64_001, 6);
    List<String> truth = new ArrayList<>(List.of("Study,Pleural Effusion"));
    List<String> paths = new ArrayList<>(List.of("Path"));
    for (int p = 65_001; p < 65_011; p++) {
      String study = "CheXpert-v1.0/test/patient%d/study1".formatted(p);
      picture("chex/" + study + "/view1_frontal.jpg", "jpg");
      paths.add(study + "/view1_frontal.jpg");
      truth.add(study + "," + p % 2 + ".0");
    }
    Files.createDirectories(folder.resolve("chex/codalab"));
    Files.write(folder.resolve("chex/codalab/gt.csv"), truth);
    Files.write(folder.resolve("chex/codalab/list.csv"), paths);
  }

  private static String[] codaLab(String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "--tasks",
                "Pleural Effusion",
                "--test",
                "codalab/gt.csv",
                "--test-paths",
                "codalab/list.csv",
                "--valid",
                "CheXpert-v1.0-small/valid.csv"));
    words.addAll(Arrays.asList(more));
    return words.toArray(String[]::new);
  }

  @Test
  void codaLabsFilesAreTheTestAndTheOfficialValidationStays() throws IOException {
    withCodaLab();
    done("chex", codaLab("--protocol", "codalab", "--fractions", "0.5,1", "--draws", "2"));
    assertEquals(10, paths("test").size());
    assertTrue(paths("test").stream().allMatch(path -> path.contains("/test/patient65")));
    assertTrue(paths("valid").stream().allMatch(path -> path.contains("/valid/patient64")));
    // Draws are of patients: both views or none.
    List<String> draw = paths("train_semi_0.5-it1");
    assertEquals(2 * patients(draw).size(), draw.size());
    assertEquals(PATIENTS * 4 / 5 / 2, patients(draw).size());
  }

  @Test
  void randomDrawsTakeRowsByChanceAndKeepThoseWithoutLabels() throws IOException {
    withCodaLab();
    String[] drawn =
        codaLab(
            "--protocol",
            "random-draws",
            "--unit",
            "row",
            "--sampling",
            "bernoulli",
            "--fractions",
            "0.5,1",
            "--draws",
            "3",
            "--blank-rows",
            "keep");
    done("chex", drawn);
    assertEquals(2 * PATIENTS, paths("train").size());
    assertEquals(12, paths("valid").size());
    List<Integer> sizes = new ArrayList<>();
    boolean straddles = false;
    for (int k = 0; k < 3; k++) {
      List<String> draw = paths("train_semi_0.5-it" + k);
      sizes.add(draw.size());
      straddles |= 2 * patients(draw).size() > draw.size();
    }
    // 120 rows with probability 0.5: 60 within five standard deviations, hardly the same thrice.
    assertTrue(sizes.stream().allMatch(n -> Math.abs(n - 60) < 5 * Math.sqrt(30)), "" + sizes);
    assertTrue(straddles && sizes.stream().distinct().count() > 1, "" + sizes);
    assertEquals(2 * PATIENTS, paths("train_semi_1-it0").size());
  }

  @Test
  void rowsWithoutAnyLabelServePretrainingUnlessTheyAreKept() throws IOException {
    cheXpert("train", 1, PATIENTS);
    Ended ended = split("chex", "--tasks", "Pleural Effusion", "--fractions", "1");
    assertEquals(0, ended.code(), ended.error());
    int blank = 2 * PATIENTS / 5;
    assertTrue(ended.out().contains("images without any label: " + blank), ended.out());
    assertTrue(ended.out().contains("--blank-rows keep"), ended.out());
    assertTrue(
        paths("train").stream().noneMatch(path -> path.contains("patient00005/")),
        "" + paths("train"));
    Path first = folder.resolve("split");
    Files.move(first, folder.resolve("first"));
    done("chex", "--tasks", "Pleural Effusion", "--fractions", "1", "--blank-rows", "keep");
    int all = paths("train").size() + paths("valid").size() + paths("test").size();
    assertEquals(2 * PATIENTS, all);
  }

  @Test
  void singleTargetTestsOnTheOfficialValidation() throws IOException {
    cheXpert("train", 1, PATIENTS);
    cheXpert("valid", 64_001, 6);
    done("chex", "--tasks", "Pleural Effusion", "--protocol", "single-target", "--fractions", "1");
    assertTrue(paths("test").stream().allMatch(path -> path.contains("/valid/patient64")));
    // 10 % of the labelled patients of train, and nobody in both.
    assertEquals(PATIENTS * 4 / 5 / 10, patients(paths("valid")).size(), 1);
    assertTrue(Collections.disjoint(patients(paths("valid")), patients(paths("train"))));
  }

  private void readings(String set, int count, String ill, String folderName) throws IOException {
    for (int i = 0; i < count; i++) {
      String name = "%s_%04d_%d".formatted(set, i, i % 2);
      picture(folderName + "/CXR_png/" + name + ".png", "png");
      Path text = folder.resolve(folderName + "/ClinicalReadings/" + name + ".txt");
      Files.createDirectories(text.getParent());
      Files.writeString(
          text,
          set.equals("MCUCXR")
              ? "Patient's Sex: F\nPatient's Age: 027Y\n" + (i % 2 == 0 ? "normal" : ill) + "\n"
              : "male 40yrs\n" + (i % 2 == 0 ? "normal" : ill));
    }
  }

  @Test
  void shenzhenKeepsItsRuleAndToleratesAsManyContradictionsAsAllowed() throws IOException {
    readings("CHNCXR", 120, "right PTB", "shenzhen");
    Files.writeString(
        folder.resolve("shenzhen/ClinicalReadings/CHNCXR_0001_1.txt"), "male 40yrs\nnormal");
    String[] words = {
      "--tasks", "Tuberculosis", "--protocol", "shenzhen", "--fractions", "0.25,1", "--draws", "2,1"
    };
    Ended refused = split("shenzhen", words);
    assertEquals(64, refused.code());
    assertTrue(refused.error().contains("CHNCXR_0001_1.txt"), refused.error());
    assertTrue(refused.error().contains("--max-rejected"), refused.error());
    List<String> more = new ArrayList<>(List.of(words));
    more.addAll(List.of("--max-rejected", "1"));
    done("shenzhen", more.toArray(String[]::new));
    for (String part : List.of("test", "valid", "train", "train_semi_0.25-it1")) {
      List<String> lines = Files.readAllLines(folder.resolve("split/" + part + ".csv"));
      int column = List.of(lines.getFirst().split(",")).indexOf("Tuberculosis");
      long ill =
          lines.stream().skip(1).filter(l -> l.split(",", -1)[column].startsWith("1")).count();
      double ratio = (lines.size() - 1 - ill) / (double) ill;
      assertTrue(ratio > 0.9 && ratio < 1.2, part + " has ratio " + ratio);
    }
    assertEquals(0.20 * 119, paths("test").size(), 0.05 * 0.20 * 119 + 1);
    assertEquals(0.15 * 119, paths("valid").size(), 0.05 * 0.15 * 119 + 1);
  }

  @Test
  void montgomeryIsItsReadings() throws IOException {
    readings("MCUCXR", 20, "LUL infiltrate", "montgomery");
    assertMontgomery("montgomery");
  }

  @Test
  void montgomeryIsTheTableThatMirrorsHave() throws IOException {
    List<String> lines = new ArrayList<>(List.of("study_id,sex,age,findings"));
    for (int i = 0; i < 20; i++) {
      String name = "MCUCXR_%04d_%d.png".formatted(i, i % 2);
      picture("mirror/images/" + name, "png");
      lines.add(name + ",male,27.0,\"" + (i % 2 == 0 ? "normal" : "nodules, right upper") + "\"");
    }
    Files.write(folder.resolve("mirror/montgomery_metadata.csv"), lines);
    assertMontgomery("mirror");
  }

  /** Healthy is No Finding 1, diseased Consolidation 1; its view.jpg is view1_frontal.jpg. */
  @Test
  void montgomeryIsTheReferencesTruthTable() throws IOException {
    List<String> lines =
        new ArrayList<>(List.of("Path,Sex,Age,Frontal/Lateral,AP/PA,No Finding,Consolidation"));
    for (int i = 0; i < 20; i++) {
      String study = "patient%04d/study1/".formatted(i);
      picture("truth/" + study + "view1_frontal.jpg", "jpg");
      lines.add(
          "Montgomery/" + study + "view.jpg,M,27,Frontal,PA," + (i % 2 == 0 ? "1.0," : ",1.0"));
    }
    Files.write(folder.resolve("truth/truth.csv"), lines);
    assertMontgomery("truth", "--format", "chexpert", "--labels", "truth.csv");
    assertTrue(paths("test").stream().allMatch(path -> path.endsWith("/view1_frontal.jpg")));
  }

  private void assertMontgomery(String data, String... more) throws IOException {
    List<String> words = new ArrayList<>(List.of("--tasks", "Consolidation", "--fractions", "1"));
    words.addAll(List.of(more));
    done(data, words.toArray(String[]::new));
    int all = paths("train").size() + paths("valid").size() + paths("test").size();
    assertEquals(20, all);
    List<String> test = Files.readAllLines(folder.resolve("split/test.csv"));
    List<String> header = List.of(test.getFirst().split(","));
    for (String line : test.subList(1, test.size())) {
      String[] cells = line.split(",", -1);
      boolean healthy = cells[header.indexOf("No Finding")].startsWith("1");
      assertEquals(!healthy, cells[header.indexOf("Consolidation")].startsWith("1"), line);
      assertEquals(27, Double.parseDouble(cells[header.indexOf("Age")]), line);
    }
  }

  /** Files are told by content, so their formats may be mixed. */
  @ParameterizedTest
  @ValueSource(strings = {"bmp", "tiff", "png"})
  void classFoldersAreSplitSeventyToThirtyOfAnyFormatOfPictures(String format) throws IOException {
    for (String name : List.of("normal", "pneumonia")) {
      for (int i : IntStream.range(0, 20).toArray()) {
        picture("classes/%s/%02d.%s".formatted(name, i, format), format);
      }
    }
    done("classes", "--tasks", "pneumonia", "--protocol", "folders", "--fractions", "1");
    assertEquals(28, paths("train").size());
    assertEquals(12, paths("valid").size());
    assertTrue(Files.isRegularFile(folder.resolve("split/assignment.csv")));
    assertEquals(
        41, Files.readAllLines(folder.resolve("split/assignment.csv")).size(), "with its header");
    Ended inspected =
        Ended.of(Tool.of(), "dataset", "inspect", folder.resolve("classes").toString());
    assertEquals(0, inspected.code(), inspected.error());
  }
}

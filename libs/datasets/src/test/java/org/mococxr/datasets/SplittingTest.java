package org.mococxr.datasets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.datasets.manifest.Manifest;
import org.mococxr.datasets.reading.Datasets;
import org.mococxr.datasets.splitting.SplitSummary;
import org.mococxr.datasets.splitting.Splitting;
import org.mococxr.datasets.testing.CheXpertFiles;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.RandomStream;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.DataSource;
import org.mococxr.specs.data.Draw;
import org.mococxr.specs.data.SplitOptions;
import org.mococxr.specs.data.SplitRecipe;

/** The properties of splits, over many seeds. */
class SplittingTest {
  private static final String TASK = "Pleural Effusion";

  @TempDir Path folder;

  private SplitRecipe recipe(int patients, long seed, List<String> tasks) {
    List<String> rows = CheXpertFiles.rows(seed, "train", 1, patients, 0.5);
    Path root = folder.resolve("data" + seed);
    CheXpertFiles.write(root.resolve("CheXpert-v1.0-small/train.csv"), rows);
    CheXpertFiles.write(
        root.resolve("CheXpert-v1.0-small/valid.csv"),
        CheXpertFiles.rows(seed, "valid", 100_000, 30, 0));
    DataSource source = DataSource.at(root).withoutFileCheck();
    return SplitRecipe.of(source, tasks)
        .with("seed", (long) seed)
        .withDraws(List.of(0.02, 0.1, 0.5, 1.0), List.of(4, 3, 2, 1));
  }

  private static SplitSummary run(SplitRecipe recipe, Path output) {
    return Splitting.run(recipe, output, Progress.SILENT);
  }

  private static Dataset part(SplitSummary summary, String name) {
    return Manifest.read(summary.manifests().get(name), Path.of("."));
  }

  private static Set<String> paths(Dataset part) {
    return part.images().stream().map(ImageRecord::path).collect(Collectors.toSet());
  }

  @Test
  void noPatientIsInTwoPartsAndEveryLabelledRowIsInOne() {
    for (long seed = 0; seed < 6; seed++) {
      SplitRecipe recipe = recipe(200, seed, List.of(TASK));
      Dataset all = Datasets.read(recipe.data(), Progress.SILENT);
      for (SplitOptions.Protocol protocol :
          List.of(SplitOptions.Protocol.SHARES, SplitOptions.Protocol.SINGLE_TARGET)) {
        SplitSummary summary =
            run(recipe.with("protocol", protocol), folder.resolve("split-" + seed + protocol));
        Dataset test = part(summary, "test");
        Dataset valid = part(summary, "valid");
        Dataset train = part(summary, "train");
        Dataset pretrain = part(summary, "pretrain");
        assertDisjoint(test.patients(), valid.patients());
        assertDisjoint(test.patients(), pretrain.patients());
        assertDisjoint(valid.patients(), pretrain.patients());
        assertTrue(paths(pretrain).containsAll(paths(train)));
        assertTrue(train.images().stream().allMatch(ImageRecord::labelled));
        assertTrue(pretrain.images().stream().anyMatch(image -> !image.labelled()));
        long labelled =
            all.images().stream()
                .filter(ImageRecord::labelled)
                .filter(
                    image ->
                        protocol == SplitOptions.Protocol.SINGLE_TARGET
                            || image.path().contains("/train/"))
                .count();
        assertEquals(labelled, test.size() + valid.size() + train.size());
      }
    }
  }

  @Test
  void drawsOfOnePatientNeverStraddleSplits() {
    SplitSummary summary = run(recipe(300, 1, List.of(TASK)), folder.resolve("split"));
    Map<String, List<Integer>> byPatient = part(summary, "train").imagesByPatient();
    Set<String> held = new HashSet<>(part(summary, "valid").patients());
    held.addAll(part(summary, "test").patients());
    for (String name : summary.manifests().keySet()) {
      if (name.startsWith("train_semi_")) {
        part(summary, name)
            .imagesByPatient()
            .forEach(
                (patient, images) -> {
                  assertFalse(held.contains(patient), name);
                  // All of a patient or nothing.
                  assertEquals(byPatient.get(patient).size(), images.size(), name);
                });
      }
    }
  }

  @Test
  void aDrawHasItsFractionOfThePatientsAndTheBalanceOfTheWhole() {
    SplitSummary summary = run(recipe(2000, 3, List.of(TASK)), folder.resolve("split"));
    Dataset train = part(summary, "train");
    double share = positiveShare(train);
    for (double fraction : new double[] {0.1, 0.5}) {
      Dataset draw = part(summary, Draw.name(fraction, 0));
      assertEquals(fraction * train.patients().size(), draw.patients().size(), 2);
      assertEquals(share, positiveShare(draw), 1.5 / draw.patients().size(), "of " + fraction);
    }
    assertEquals(paths(train), paths(part(summary, "train_semi_1-it0")));
  }

  /** Share of patients with a positive row. */
  private static double positiveShare(Dataset part) {
    long positive =
        part.images().stream()
            .filter(image -> image.label(TASK) == Label.POSITIVE)
            .map(ImageRecord::patient)
            .distinct()
            .count();
    return positive / (double) part.patients().size();
  }

  @Test
  void theSmallestDrawsHaveBothClassesOfEveryTask() {
    for (long seed = 10; seed < 14; seed++) {
      List<String> tasks = List.of(TASK, "Edema");
      SplitSummary summary = run(recipe(300, seed, tasks), folder.resolve("split" + seed));
      for (String name : summary.manifests().keySet()) {
        if (!name.equals("pretrain")) {
          for (String task : tasks) {
            Map<Label, Long> balance = part(summary, name).balance(task);
            assertTrue(balance.get(Label.POSITIVE) > 0, name + task);
            assertTrue(balance.get(Label.NEGATIVE) > 0, name + task);
          }
        }
      }
    }
  }

  @Test
  void nestedDrawsContainTheSmallerOnesAndIndependentDrawsDoNot() {
    SplitRecipe independent = recipe(400, 5, List.of(TASK));
    SplitRecipe nested = independent.withUnit(SplitOptions.Unit.PATIENT, true);
    SplitSummary of = run(nested, folder.resolve("nested"));
    assertTrue(contained(of, 0.02, 0.1) && contained(of, 0.1, 0.5) && contained(of, 0.5, 1.0));
    SplitSummary other = run(independent, folder.resolve("independent"));
    assertFalse(contained(other, 0.1, 0.5));
  }

  private static boolean contained(SplitSummary summary, double small, double large) {
    return paths(part(summary, Draw.name(large, 0)))
        .containsAll(paths(part(summary, Draw.name(small, 0))));
  }

  @Test
  void theOrderOfTheInputDoesNotMatter() throws IOException {
    SplitRecipe recipe = recipe(150, 6, List.of(TASK));
    SplitSummary first = run(recipe, folder.resolve("first"));
    List<String> sorted = CheXpertFiles.rows(6, "train", 1, 150, 0.5);
    List<String> rows =
        Arrays.stream(RandomStream.of(1, "shuffle").permutation(sorted.size()))
            .mapToObj(sorted::get)
            .toList();
    CheXpertFiles.write(folder.resolve("data6/CheXpert-v1.0-small/train.csv"), rows);
    SplitSummary second = run(recipe, folder.resolve("second"));
    for (String name : first.manifests().keySet()) {
      assertEquals(
          Files.readString(first.manifests().get(name)),
          Files.readString(second.manifests().get(name)),
          name);
    }
  }

  @Test
  void addingADrawOrAFractionChangesNoOtherDraw() throws IOException {
    SplitRecipe recipe = recipe(200, 7, List.of(TASK, "Edema"));
    SplitSummary few = run(recipe, folder.resolve("few"));
    SplitSummary more =
        run(
            recipe.withDraws(List.of(0.02, 0.1, 0.25, 0.5, 1.0), List.of(6, 5, 1, 3, 1)),
            folder.resolve("more"));
    for (String name : few.manifests().keySet()) {
      assertEquals(
          Files.readString(few.manifests().get(name)),
          Files.readString(more.manifests().get(name)),
          name);
    }
    assertEquals(few.manifests().size() + 6, more.manifests().size());
  }

  @Test
  void drawsAndSeedsDiffer() {
    SplitRecipe recipe = recipe(200, 8, List.of(TASK));
    SplitSummary summary = run(recipe, folder.resolve("a"));
    assertFalse(
        paths(part(summary, "train_semi_0.1-it0"))
            .equals(paths(part(summary, "train_semi_0.1-it1"))));
    SplitSummary other = run(recipe.with("seed", 99L), folder.resolve("b"));
    assertFalse(
        paths(part(summary, "train_semi_0.1-it0"))
            .equals(paths(part(other, "train_semi_0.1-it0"))));
  }

  @Test
  void rowsCanBeDrawnInsteadOfPatients() {
    SplitRecipe recipe = recipe(400, 9, List.of(TASK)).withUnit(SplitOptions.Unit.ROW, false);
    SplitSummary summary = run(recipe, folder.resolve("rows"));
    Dataset train = part(summary, "train");
    Dataset draw = part(summary, "train_semi_0.5-it0");
    assertEquals(train.size() * 0.5, draw.size(), 2);
    Map<String, List<Integer>> whole = train.imagesByPatient();
    assertTrue(
        draw.imagesByPatient().entrySet().stream()
            .anyMatch(entry -> entry.getValue().size() < whole.get(entry.getKey()).size()));
  }

  @Test
  void splitJsonTellsRecipeCountsBalanceAndDigests() throws IOException {
    SplitRecipe recipe = recipe(100, 2, List.of("pleural_effusion"));
    SplitSummary summary = run(recipe, folder.resolve("split"));
    JsonNode split = Json.MAPPER.readTree(summary.split().toFile());
    assertEquals(recipe.digest(), split.get("recipeDigest").asText());
    assertEquals(recipe, SplitRecipe.of(Json.MAPPER.convertValue(split.get("recipe"), Map.class)));
    assertEquals(
        1,
        split.get("inputs").properties().stream()
            .filter(e -> e.getKey().endsWith("train.csv") && e.getValue().asText().length() == 64)
            .count());
    JsonNode draw = split.get("parts").get("train_semi_0.1-it2");
    assertEquals(0.1, draw.get("fraction").asDouble());
    assertEquals(2, draw.get("draw").asInt());
    Dataset read = part(summary, "train_semi_0.1-it2");
    assertEquals(read.size(), draw.get("images").asInt());
    assertEquals(read.patients().size(), draw.get("patients").asInt());
    assertEquals(read.studies().size(), draw.get("studies").asInt());
    assertEquals(
        read.balance(TASK).get(Label.UNCERTAIN),
        draw.at("/balance/Pleural Effusion/uncertain").asLong());
  }

  @Test
  void aFinishedSplitIsNotMadeAgainUnlessItIsDamagedAndNeverReplacedByAnother() throws IOException {
    SplitRecipe recipe = recipe(100, 4, List.of(TASK));
    Path output = folder.resolve("split");
    assertFalse(run(recipe, output).reused());
    SplitSummary again = run(recipe, output);
    assertTrue(again.reused());
    assertEquals(part(again, "train").size(), again.counts().get("train"));
    Path valid = again.manifests().get("valid");
    String whole = Files.readString(valid);
    Files.writeString(valid, "Path\n");
    assertFalse(run(recipe, output).reused());
    assertEquals(whole, Files.readString(valid));
    assertMessage("another recipe", recipe.withDraws(List.of(1.0), List.of(1)), output);
    assertMessage("another recipe", recipe.with("seed", 5L), output);
    assertEquals(whole, Files.readString(valid));
  }

  @Test
  void aSplitIsNamedByItsRecipeAndItsData() throws IOException {
    SplitRecipe recipe = recipe(60, 14, List.of(TASK));
    String name = Splitting.of(recipe, folder, Progress.SILENT).name();
    assertTrue(name.matches("[0-9a-f]{12}-[0-9a-f]{12}"), name);
    assertEquals(name, Splitting.of(recipe, folder, Progress.SILENT).name());
    assertNotEquals(name, Splitting.of(recipe.with("seed", 15L), folder, Progress.SILENT).name());
    Path csv = folder.resolve("data14/CheXpert-v1.0-small/train.csv");
    String image = Files.readAllLines(csv).get(1).split(",")[0];
    Path file = folder.resolve("data14").resolve(image);
    Files.createDirectories(file.getParent());
    Files.write(file, new byte[1]);
    assertNotEquals(name, Splitting.of(recipe, folder, Progress.SILENT).name(), "another picture");
  }

  @Test
  void aSplitIsNotReplacedUnderItsUsersWhenItsLabelsChange() throws IOException {
    SplitRecipe recipe = recipe(60, 13, List.of(TASK));
    Path output = folder.resolve("split");
    run(recipe, output);
    Path csv = folder.resolve("data13/CheXpert-v1.0-small/train.csv");
    List<String> lines = new ArrayList<>(Files.readAllLines(csv));
    lines.remove(lines.size() - 1);
    Files.write(csv, lines);
    assertMessage("of other data (changed: " + csv + ")", recipe, output);
  }

  @Test
  void whatCannotBeSplitIsTheUsersErrorAndLeavesNoSplitJson() {
    SplitRecipe recipe = recipe(60, 11, List.of(TASK));
    Path output = folder.resolve("split");
    assertMessage("Fracture", recipe(60, 11, List.of("Fracture")), output);
    assertMessage("there is no task 'Covid'", recipe(60, 11, List.of("Covid")), output);
    assertMessage(
        "official test part", recipe.with("protocol", SplitOptions.Protocol.CODALAB), output);
    assertFalse(Files.exists(output.resolve(Splitting.FILE)));
  }

  private static void assertMessage(String expected, SplitRecipe recipe, Path output) {
    String message = assertThrows(UserErrorException.class, () -> run(recipe, output)).getMessage();
    assertTrue(message.contains(expected), message);
  }

  @Test
  void badRowsAreListedWithTheirLinesAndFailUnlessTolerated() throws IOException {
    SplitRecipe recipe = recipe(60, 12, List.of(TASK));
    Path csv = folder.resolve("data12/CheXpert-v1.0-small/train.csv");
    List<String> lines = new ArrayList<>(Files.readAllLines(csv));
    lines.add(3, lines.get(1).replace("patient00001", "patient77777") + "often");
    lines.add(5, "CheXpert-v1.0-small/train/x.jpg" + ",".repeat(18));
    lines.add(6, "too,short");
    Files.write(csv, lines);
    Path output = folder.resolve("split");
    assertMessage("line 4", recipe, output);
    List<String> rejected = Files.readAllLines(output.resolve("rejected.csv"));
    assertEquals(4, rejected.size());
    assertTrue(
        rejected.get(1).contains(",4,") && rejected.get(1).contains("label"), rejected.get(1));
    assertTrue(rejected.get(2).contains(",6,"), rejected.get(2));
    assertTrue(rejected.get(3).contains(",7,"), rejected.get(3));

    Map<String, Object> fields = Json.MAPPER.readValue(recipe.json(), Map.class);
    fields.put("maxRejected", 3);
    assertEquals(3, run(SplitRecipe.of(fields), output).rejected());
  }

  @Test
  void recipesAreReadFromMapsAndNameTheFieldThatIsWrong() {
    Map<String, Object> data = Map.of("root", "/x", "format", "images-csv");
    SplitRecipe recipe =
        SplitRecipe.of(
            Map.of(
                "data",
                data,
                "tasks",
                List.of("a"),
                "seed",
                3,
                "split",
                Map.of("fractions", List.of(0.1, 1), "draws", 2, "unit", "row")));
    assertEquals(SplitOptions.Unit.ROW, recipe.split().unit());
    assertEquals(2, recipe.split().drawsOf(0));
    assertEquals(1, recipe.split().drawsOf(1));
    assertField("fractionz", Map.of("data", data, "tasks", List.of("a"), "fractionz", 1));
    assertField("fractions", Map.of("data", data, "tasks", List.of("a"), "fractions", List.of(2)));
    assertField(
        "format", Map.of("data", Map.of("root", "/x", "format", "z"), "tasks", List.of("a")));
    assertField("tasks", Map.of("data", data));
    assertField("draws", Map.of("data", data, "tasks", List.of("a"), "draws", "many"));
  }

  private static void assertField(String field, Map<String, Object> fields) {
    String message =
        assertThrows(UserErrorException.class, () -> SplitRecipe.of(fields)).getMessage();
    assertTrue(message.contains(field), message);
  }

  private static void assertDisjoint(Set<String> a, Set<String> b) {
    Set<String> both = new HashSet<>(a);
    both.retainAll(b);
    assertEquals(Set.of(), both);
  }
}

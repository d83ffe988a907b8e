package org.mococxr.trainer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.evaluation.intervals.ExperimentIntervals;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.RandomStream;

/** Intervals of tables that other programs wrote. */
class IntervalsOfTablesTest {
  private static final int STUDIES = 60;

  @TempDir Path folder;

  private static Ended run(String... words) {
    return Ended.of(Tool.of(words), words);
  }

  private static boolean positive(int study) {
    return study % 3 == 0;
  }

  private static double[] scores(int seed, double gain) {
    RandomStream random = RandomStream.of(seed, "tables");
    double[] scores = new double[STUDIES];
    for (int i = 0; i < STUDIES; i++) {
      double logit = random.nextGaussian() + (positive(i) ? gain : 0);
      scores[i] = Math.round(100 / (1 + Math.exp(-logit))) / 100.0;
    }
    return scores;
  }

  /** The share of pairs in the right order, ties half: the definition. */
  private static double auroc(double[] scores) {
    double sum = 0;
    int pairs = 0;
    for (int p = 0; p < STUDIES; p++) {
      for (int n = 0; n < STUDIES; n++) {
        if (positive(p) && !positive(n)) {
          pairs++;
          sum += scores[p] > scores[n] ? 1 : scores[p] == scores[n] ? 0.5 : 0;
        }
      }
    }
    return sum / pairs;
  }

  private static String study(int i) {
    return "CheXpert-v1.0/test/patient%05d/study1".formatted(i);
  }

  /** In the reference's layout. */
  private Path reference(String name, double[] scores) throws IOException {
    StringBuilder text = new StringBuilder("Study,Edema,Pleural Effusion\n");
    for (int i = 0; i < STUDIES; i++) {
      text.append("%s,0.5,%s%n".formatted(study(i), scores[i]));
    }
    return Files.writeString(folder.resolve(name), text);
  }

  /** As a notebook writes a data frame: an index without a name, findings in another spelling. */
  private Path notebook(String name, double[] scores) throws IOException {
    StringBuilder text = new StringBuilder(",Effusion,Mass\n");
    for (int i = STUDIES - 1; i >= 0; i--) {
      text.append("%s,%s,0.1%n".formatted(study(i), scores[i]));
    }
    return Files.writeString(folder.resolve(name), text + "another,0.2,0.2\n");
  }

  private Path truth() throws IOException {
    StringBuilder text = new StringBuilder("Study,Pleural Effusion,Edema\n");
    for (int i = 0; i < STUDIES; i++) {
      text.append("%s,%d,%d%n".formatted(study(i), positive(i) ? 1 : 0, i % 2));
    }
    return Files.writeString(folder.resolve("truth.csv"), text);
  }

  @Test
  void twoModelsTablesAreComparedOnTheSameStudies() throws IOException {
    double[] ours = scores(1, 1.5);
    double[] again = scores(2, 1.5);
    double[] theirs = scores(3, 0.5);
    List<String> words = new ArrayList<>(List.of("intervals"));
    words.addAll(List.of("--predictions", "ours=" + reference("a.csv", ours)));
    words.addAll(List.of("--predictions", "ours=" + reference("b.csv", again)));
    words.addAll(List.of("--predictions", "theirs=" + notebook("c.csv", theirs)));
    words.addAll(List.of("--groundtruth", truth().toString()));
    words.addAll(List.of("--rename", "Effusion=Pleural Effusion"));
    words.addAll(List.of("--out", folder.resolve("out").toString()));
    Ended ended = run(words.toArray(String[]::new));
    assertEquals(0, ended.code(), ended.error());

    ExperimentIntervals found =
        Json.read(folder.resolve("out/intervals.json"), ExperimentIntervals.class);
    assertEquals(List.of("Pleural Effusion"), found.tasks());
    assertEquals(STUDIES, found.patients(), "the study tells the patient");
    double mean = (auroc(ours) + auroc(again)) / 2;
    ExperimentIntervals.Cell cell = found.cells().getFirst();
    assertEquals("ours", cell.initialisation());
    assertEquals(mean, cell.auroc().estimate(), 1e-12);
    assertEquals(2, cell.draws().size());
    assertEquals(
        mean - auroc(theirs), found.differences().getFirst().difference().estimate(), 1e-12);

    assertTrue(ended.out().contains("compared: Pleural Effusion"), ended.out());
    assertTrue(ended.out().contains("left out, since not every table has them: Edema, Mass"));
    assertTrue(ended.out().contains("1 of 61 rows have no truth and are left out"), ended.out());
    assertTrue(ended.out().contains(String.format(Locale.ROOT, "%.4f [", mean)), ended.out());
    double p = found.differences().getFirst().pValue();
    // Of one comparison Holm's value is the value itself.
    assertTrue(
        ended.out().contains(String.format(Locale.ROOT, "p %.4f, Holm's %.4f", p, p)), ended.out());
  }

  @Test
  void whatCannotBeReliedUponIsMarkedWhereItIsPrinted() throws IOException {
    StringBuilder truth = new StringBuilder("Study,Mass\n");
    StringBuilder table = new StringBuilder(truth);
    for (int i = 0; i < STUDIES; i++) {
      truth.append("%d,%d%n".formatted(i, i < 3 ? 1 : 0));
      table.append("%d,%s%n".formatted(i, scores(1, 0)[i]));
    }
    String known = Files.writeString(folder.resolve("truth.csv"), truth).toString();
    String guessed = Files.writeString(folder.resolve("table.csv"), table).toString();
    String out = folder.resolve("out").toString();
    Ended ended =
        run("intervals", "--predictions", "a=" + guessed, "--groundtruth", known, "--out", out);
    assertEquals(0, ended.code(), ended.error());
    assertTrue(ended.out().contains("not to be relied upon: only 3 positive"), ended.out());
  }

  @Test
  void whatDoesNotFitIsRefusedByName() throws IOException {
    String truth = truth().toString();
    String table = notebook("c.csv", scores(3, 0.5)).toString();
    String out = folder.resolve("out").toString();
    Ended ended =
        run("intervals", "--predictions", "a=" + table, "--groundtruth", truth, "--out", out);
    assertEquals(64, ended.code());
    assertTrue(ended.error().contains("[Effusion, Mass]"), ended.error());
    assertTrue(ended.error().contains("--rename COLUMN=FINDING"), ended.error());

    ended = run("intervals", "--predictions", table, "--groundtruth", truth, "--out", out);
    assertEquals(64, ended.code());
    assertTrue(ended.error().contains("NAME=FILE"), ended.error());

    ended = run("intervals", "--out", out);
    assertEquals(64, ended.code());
    assertTrue(ended.error().contains("nothing to compare"), ended.error());
  }

  @Test
  void aSpreadsheetsTableIsReadAndAMissingStudyIsToldByTheUsersFile() throws IOException {
    double[] scores = scores(1, 1.5);
    StringBuilder text = new StringBuilder("Study;Pleural Effusion\r\n");
    for (int i = 0; i < STUDIES; i++) {
      text.append("%s;%s\r\n".formatted(study(i), Double.toString(scores[i]).replace('.', ',')));
    }
    Path table = Files.writeString(folder.resolve("excel.csv"), text + ";\r\n;\r\n");
    String truth = truth().toString();
    Path out = folder.resolve("out");
    String[] words = {
      "intervals", "--predictions", "a=" + table, "--groundtruth", truth, "--out", out.toString()
    };
    Ended ended = run(words);
    assertEquals(0, ended.code(), ended.error());
    ExperimentIntervals found = Json.read(out.resolve("intervals.json"), ExperimentIntervals.class);
    assertEquals(auroc(scores), found.cells().getFirst().auroc().estimate(), 1e-12);

    Files.writeString(table, text.toString().replace(study(7) + ";", "another;"));
    words[words.length - 1] = folder.resolve("again").toString();
    ended = run(words);
    assertEquals(64, ended.code());
    assertTrue(
        ended
            .error()
            .contains(table + ": no prediction of Pleural Effusion for study '" + study(7)),
        ended.error());
    assertTrue(Files.notExists(folder.resolve("again")), "nothing is half written");
    Path whole = Files.writeString(folder.resolve("whole.csv"), text);
    ended =
        run(
            "intervals",
            "--predictions",
            "a=" + whole,
            "--predictions",
            "b=" + table,
            "--groundtruth",
            truth,
            "--out",
            folder.resolve("again").toString());
    assertEquals(64, ended.code());
    assertTrue(Files.notExists(folder.resolve("again")), "nothing of the first is written");
  }
}

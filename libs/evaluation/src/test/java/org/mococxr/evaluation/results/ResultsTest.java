package org.mococxr.evaluation.results;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.UserErrorException;

class ResultsTest {
  @TempDir Path folder;

  private static final Predictions PREDICTIONS =
      new Predictions(
          List.of("Pleural Effusion", "Edema, \"acute\""),
          List.of(
              new StudyRow("p1/s1", "p1", new double[] {0.1 + 0.2, 1e-17}),
              new StudyRow("p1/s2", "p1", new double[] {1, 0.25}),
              new StudyRow("p2/s1", "p2", new double[] {0, Double.NaN})));
  private static final GroundTruth TRUTH =
      new GroundTruth(
          List.of("Pleural Effusion", "Edema, \"acute\""),
          List.of(
              new StudyRow("p1/s2", "p1", new double[] {1, 1}),
              new StudyRow("p1/s1", "p1", new double[] {0, 0}),
              new StudyRow("p2/s1", "p2", new double[] {1, Double.NaN})));

  @Test
  void tablesReadBackToTheLastBit() {
    Path file = folder.resolve("runs/a/predictions.csv");
    PREDICTIONS.write(file);
    Predictions back = Predictions.read(file);
    assertEquals(PREDICTIONS.tasks(), back.tasks());
    for (int i = 0; i < 3; i++) {
      assertEquals(PREDICTIONS.studies().get(i).study(), back.studies().get(i).study());
      assertEquals(PREDICTIONS.studies().get(i).patient(), back.studies().get(i).patient());
      assertArrayEquals(PREDICTIONS.studies().get(i).values(), back.studies().get(i).values());
    }
    assertEquals(1, file.getParent().toFile().list().length, "nothing is left beside the file");
  }

  @Test
  void truthReadsChexpertsUncertainAndMissingAsUnknown() throws Exception {
    Path file = folder.resolve("groundtruth.csv");
    Files.writeString(file, "Study,Patient,A\ns1,p1,1.0\ns2,p1,-1\ns3,p2,\ns4,p3,0\n");
    GroundTruth truth = GroundTruth.read(file);
    assertEquals(1, truth.studies().get(0).values()[0]);
    assertTrue(Double.isNaN(truth.studies().get(1).values()[0]));
    assertTrue(Double.isNaN(truth.studies().get(2).values()[0]));
    assertEquals(0, truth.studies().get(3).values()[0]);
  }

  @Test
  void theReferencesTablesTellThePatientInTheStudy() throws Exception {
    Path file = folder.resolve("predictions.csv");
    Files.writeString(
        file, "Study,Edema\nCheXpert-v1.0/test/patient64741/study1,0.5\nscan-7/study2,0.25\n");
    Predictions read = Predictions.read(file);
    assertEquals("patient64741", read.studies().get(0).patient());
    assertEquals("", read.studies().get(1).patient());
  }

  @Test
  void aPublishedLabelsFileAndANotebooksTableAreReadToo() throws Exception {
    Path labels = folder.resolve("train.csv");
    Files.writeString(
        labels,
        "\ufeffPath,Sex,Age,Frontal/Lateral,AP/PA,Pleural Effusion,Edema\na.jpg,F,61,Frontal,AP,1,-1\n");
    TableColumns columns = new TableColumns(null, Map.of("Effusion", "Pleural Effusion"));
    assertEquals(List.of("Pleural Effusion", "Edema"), TableColumns.ALL.findings(labels));
    assertEquals("a.jpg", GroundTruth.read(labels).studies().getFirst().study());

    Path table = folder.resolve("xrv.csv");
    Files.writeString(table, ",Effusion,Lung Lesion\na.jpg,0.75,0.5\n");
    assertEquals(List.of("Pleural Effusion", "Lung Lesion"), columns.findings(table));
    Predictions read =
        Predictions.read(table, new TableColumns(List.of("pleural_effusion"), columns.renamed()));
    assertEquals("a.jpg", read.studies().getFirst().study());
    assertArrayEquals(new double[] {0.75}, read.studies().getFirst().values());
  }

  @Test
  void aColumnThatIsWantedAndNotThereIsNamed() throws Exception {
    Path table = folder.resolve("xrv.csv");
    Files.writeString(table, ",Effusion\na.jpg,0.75\n");
    UserErrorException e =
        assertThrows(
            UserErrorException.class,
            () -> Predictions.read(table, new TableColumns(List.of("Edema"), Map.of())));
    assertTrue(e.getMessage().contains("'Edema'") && e.getMessage().contains("[Effusion]"));
  }

  @Test
  void outcomesJoinByStudyAndLeaveTheUnknownOut() {
    TaskOutcome outcome = TaskOutcome.of(PREDICTIONS, TRUTH, "Edema, \"acute\"");
    assertEquals(List.of("p1/s2", "p1/s1"), outcome.studies());
    assertArrayEquals(new double[] {0.25, 1e-17}, outcome.scores());
    assertArrayEquals(new boolean[] {true, false}, outcome.positive());
  }

  @Test
  void scoresAreWrittenForProgramsAndForPeople() throws Exception {
    Scores scores = Scores.of(PREDICTIONS, TRUTH);
    scores.write(folder);
    try (CsvReader<NamedCsvRecord> csv =
        CsvReader.builder().ofNamedCsvRecord(folder.resolve("scores.csv"))) {
      List<NamedCsvRecord> rows = csv.stream().toList();
      assertEquals(scores.tasks().size(), rows.size());
      for (int t = 0; t < rows.size(); t++) {
        requireRow(scores.tasks().get(t), rows.get(t));
      }
    }
    assertEquals(0.75, scores.mean(Metric.AUROC), 1e-12);
    String text = Files.readString(folder.resolve("scores.txt"));
    assertTrue(text.contains("AUROC              0.5000"), text);
    assertTrue(text.contains("mean AUROC"), text);
  }

  private static void requireRow(TaskScores task, NamedCsvRecord row) {
    assertEquals(task.task(), row.getField("Task"));
    assertEquals(task.studies(), Integer.parseInt(row.getField("Studies")));
    assertEquals(task.positives(), Integer.parseInt(row.getField("Positives")));
    assertEquals(task.threshold(), Double.parseDouble(row.getField("Threshold")));
    for (Metric metric : Metric.values()) {
      String text = row.getField(metric.column());
      assertEquals(
          task.value(metric),
          text.isEmpty() ? Double.NaN : Double.parseDouble(text),
          metric.column());
    }
  }

  @Test
  void whatIsWrongIsNamedWithItsLine() throws Exception {
    assertEquals(
        "predictions.csv, line 3", failure("Study,Patient,A\ns1,p1,0.5\ns2,p1,1.5\n").location());
    assertTrue(failure("Study,Patient,A\ns1,p1,x\n").getMessage().contains("column A is 'x'"));
    assertTrue(failure("Study,Patient,A\ns1,p,0\ns1,p,0\n").getMessage().contains("twice"));
    assertTrue(failure("Name,A\ns1,0\n").getMessage().contains("no column Study"));
    assertTrue(failure("Study,Patient\ns1,p\n").getMessage().contains("no task"));
    assertTrue(failure("Study,Patient,A\n").getMessage().contains("no studies"));
    assertThrows(UserErrorException.class, () -> Predictions.read(folder.resolve("nowhere.csv")));
  }

  @Test
  void aMissingTaskOrStudyIsAUserError() {
    assertThrows(UserErrorException.class, () -> TaskOutcome.of(PREDICTIONS, TRUTH, "Mass"));
    GroundTruth more =
        new GroundTruth(
            List.of("Pleural Effusion"), List.of(new StudyRow("p9", "", new double[] {1})));
    assertThrows(
        UserErrorException.class, () -> TaskOutcome.of(PREDICTIONS, more, "Pleural Effusion"));
  }

  private UserErrorException failure(String csv) throws Exception {
    Path file = folder.resolve("predictions.csv");
    Files.writeString(file, csv);
    UserErrorException error = assertThrows(UserErrorException.class, () -> Predictions.read(file));
    return new UserErrorException(
        error.location().replace(folder + "/", ""), error.problem(), error.remedy());
  }
}

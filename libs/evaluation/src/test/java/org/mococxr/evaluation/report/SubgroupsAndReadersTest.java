package org.mococxr.evaluation.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.evaluation.metrics.Curve;
import org.mococxr.evaluation.metrics.Metrics;
import org.mococxr.evaluation.results.TaskOutcome;
import org.mococxr.foundation.UserErrorException;

class SubgroupsAndReadersTest {
  @TempDir Path folder;

  private static final TaskOutcome OUTCOME =
      new TaskOutcome(
          "Edema",
          List.of("a", "b", "c", "d", "e", "f", "g"),
          List.of("1", "2", "3", "4", "5", "6", "7"),
          new double[] {0.9, 0.3, 0.8, 0.2, 0.7, 0.4, 0.5},
          new boolean[] {true, false, true, false, false, true, true});

  @Test
  void groupsAreSexAgeBandAndViewWithTheUnknownLast() {
    Map<String, Subgroups.Attributes> attributes = new HashMap<>();
    for (String study : List.of("a", "b", "c", "d")) {
      attributes.put(study, new Subgroups.Attributes("Male", 85, null));
    }
    attributes.put("e", new Subgroups.Attributes("Female", 39.9, null));
    attributes.put("f", new Subgroups.Attributes("Female", Double.NaN, ""));
    List<ExperimentReport.Subgroup> table = Subgroups.of(OUTCOME, attributes, 0.95);
    assertEquals(
        List.of(
            "sex Female 2",
            "sex Male 4",
            "sex not known 1",
            "age under 40 1",
            "age 80 and over 4",
            "age not known 2"),
        table.stream()
            .map(row -> row.attribute() + " " + row.group() + " " + row.studies())
            .toList());
    ExperimentReport.Subgroup men = table.get(1);
    assertEquals(2, men.positives());
    assertNotNull(men.auroc());
    assertEquals(1, men.auroc().estimate());
    assertNull(table.get(0).auroc(), "one study of each class is too few");
  }

  @Test
  void ageBandsCutAtFortySixtyAndEighty() {
    assertEquals("under 40", Subgroups.ageBand(39));
    assertEquals("40–59", Subgroups.ageBand(40));
    assertEquals("60–79", Subgroups.ageBand(60));
    assertEquals("80 and over", Subgroups.ageBand(80));
  }

  @Test
  void readersBelowTheCurveAreCounted() throws Exception {
    Path file = folder.resolve("readers.csv");
    Files.writeString(
        file,
        """
        Task,Reader,Sensitivity,Specificity,Precision
        Edema,Rad1,0.2,1,1
        Edema,Rad2,0.9,0.9,
        Edema,Rad3,0.7,0.5,0.6
        """);
    List<ServedModel.Reader> readers = ReaderCsv.read(file).get("Edema");
    assertEquals(3, readers.size());
    assertTrue(Double.isNaN(readers.get(1).precision()));
    Curve roc = Curve.roc(OUTCOME.scores(), OUTCOME.positive());
    assertEquals(10.0 / 12, Metrics.auroc(OUTCOME.scores(), OUTCOME.positive()), 1e-12);
    // The curve rises to 0.5 at once, and to 1 at a false-positive rate of 1/3.
    assertEquals(2, ReaderComparison.below(roc, readers));
    // Precision is 1 up to recall 0.5, then from 2/3 to 3/4; Rad2's precision is not known.
    Curve precisionRecall = Curve.precisionRecall(OUTCOME.scores(), OUTCOME.positive());
    assertEquals(2 / 3.0 + 0.8 * (3 / 4.0 - 2 / 3.0), precisionRecall.at(0.7), 1e-12);
    assertEquals(1, ReaderComparison.belowPrecisionRecall(precisionRecall, readers));
  }

  @Test
  void aReaderThatIsNotAShareIsAUserErrorWithItsLine() throws Exception {
    Path file = folder.resolve("readers.csv");
    Files.writeString(
        file, "Task,Reader,Sensitivity,Specificity,Precision\nEdema,Rad1,80,0.5,0.5\n");
    UserErrorException error = assertThrows(UserErrorException.class, () -> ReaderCsv.read(file));
    assertTrue(error.location().endsWith("line 2"), error.location());
    Files.writeString(file, "Task,Reader\nEdema,Rad1\n");
    assertThrows(UserErrorException.class, () -> ReaderCsv.read(file));
  }
}

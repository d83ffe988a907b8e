package org.mococxr.trainer.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.export.BundleDescription;
import org.mococxr.specs.option.Options;
import org.mococxr.specs.run.ReportRun;
import org.mococxr.specs.run.TestedRun;

class ServedSectionTest {
  private static final Map<String, Object> RUN =
      Map.of(
          "run", "linear-moco",
          "initialisation", "moco",
          "mode", "linear",
          "fraction", 0.1,
          "draw", 0);

  private static final ReportRun REPORT =
      Options.read(
          Map.of("architecture", "resnet18", "runs", List.of(RUN)), ReportRun.class, "test");

  private static BundleDescription bundle(Map<String, Object> provenance) {
    return new BundleDescription(
        null,
        "effusion",
        null,
        null,
        null,
        "resnet18",
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        provenance);
  }

  @Test
  void theServedRunIsFoundByItsProvenance() {
    assertEquals(List.of("linear-moco"), runs(bundle(RUN)));
  }

  @Test
  void ofAModelOfSeveralRunsEachIsFound() {
    assertEquals(
        List.of("linear-moco", "linear-moco"),
        runs(bundle(Map.of("aggregation", "mean", "runs", List.of(RUN, RUN)))));
  }

  @Test
  void aRunThatTheReportHasNotIsNamed() {
    Map<String, Object> other = new HashMap<>(RUN);
    other.put("draw", 3);
    BundleDescription joined = bundle(Map.of("aggregation", "mean", "runs", List.of(RUN, other)));
    UserErrorException e = assertThrows(UserErrorException.class, () -> runs(joined));
    assertTrue(
        e.problem().contains("moco, linear, fraction 0.1 of the labels, draw 3"), e.problem());
    assertEquals("give the folder of every run", e.remedy());
  }

  private static List<String> runs(BundleDescription bundle) {
    return ServedSection.servedRuns(REPORT, bundle).stream().map(TestedRun::run).toList();
  }
}

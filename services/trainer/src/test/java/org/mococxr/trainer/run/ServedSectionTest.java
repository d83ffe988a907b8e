package org.mococxr.trainer.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.export.BundleDescription;
import org.mococxr.specs.option.Options;
import org.mococxr.specs.run.ReportRun;

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
    assertEquals("linear-moco", ServedSection.servedRun(REPORT, bundle(RUN)).run());
  }

  @Test
  void aModelOfSeveralRunsIsRefusedForWhatItIs() {
    BundleDescription joined = bundle(Map.of("aggregation", "mean", "runs", List.of(RUN, RUN)));
    UserErrorException e =
        assertThrows(UserErrorException.class, () -> ServedSection.servedRun(REPORT, joined));
    assertEquals("the model effusion joins 2 runs", e.problem());
    assertTrue(e.remedy().contains("--export"), e.remedy());
  }
}

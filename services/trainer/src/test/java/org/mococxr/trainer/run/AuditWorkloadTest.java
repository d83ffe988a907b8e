package org.mococxr.trainer.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.mococxr.evaluation.report.AuditFindings;
import org.mococxr.imaging.fingerprint.Fingerprint;

class AuditWorkloadTest {
  /** 30 patients a part with one picture: 900 pairs across parts, 870 within. */
  @Test
  void allPairsAreCountedAndTheFirstAreToldWhateverTheOrderOfWork() {
    AuditWorkload.Seen[] seen = new AuditWorkload.Seen[60];
    for (int i = 0; i < seen.length; i++) {
      String part = i < 30 ? "test" : "train";
      seen[i] =
          new AuditWorkload.Seen(
              new AuditFindings.Picture("%02d.png".formatted(i), part, "p" + i),
              new Fingerprint("same", 7));
    }
    AuditFindings findings = AuditWorkload.compare(seen, 2);
    assertEquals(1770, findings.exact());
    assertEquals(900, findings.acrossParts());
    assertEquals(AuditWorkload.TOLD, findings.pairs().size());
    assertTrue(
        findings.pairs().stream()
            .limit(900)
            .noneMatch(pair -> pair.first().part().equals(pair.second().part())));
    assertEquals("00.png", findings.pairs().get(900).first().path());
    assertEquals("01.png", findings.pairs().get(900).second().path());
    assertEquals(findings.pairs(), AuditWorkload.compare(seen, 2).pairs());
  }
}

package org.mococxr.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReasonsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/data/CheXpert/train/patient00042/study1/view1_frontal.jpg: no picture (mend it)",
        "cannot read 'patient00042/study1'",
        "cannot read file:///data/00042_000.PNG",
        "row 3: s3://bucket/x-rays/00042.dcm is missing",
        "/data/my x-rays/patient00042/view.jpeg, no picture",
        "no pixels in /data/1.2.840.10008.42.1.1.00042/IM0001"
      })
  void whoWasXRayedStaysInTheLog(String reason) {
    String failed = new RunFailed("e", "pretrain", 1, 64, reason).reason();
    assertFalse(failed.contains("00042"), failed);
    assertEquals(failed, new SplitFailed("e", "r", false, reason).reason());
    assertEquals(failed, new SplitFailed("e", "r", false, failed).reason());
  }

  @Test
  void theRestOfTheReasonStays() {
    assertEquals(
        "<image, see the log>: no picture (mend it)",
        new SplitFailed("e", "r", false, "/data/patient1/view1.jpg: no picture (mend it)")
            .reason());
    for (String reason :
        new String[] {
          "train.csv, line 7: no column 'Effusion' (expected one of Sex, Age)",
          "options.epochs: found -1 (expected at least 1)",
          "trainer ended with exit code 137; /work/runs/pretrain/trainer.log is empty",
          "expected PNG, JPEG or DICOM; patients have several studies",
          "version 2.7.1-0.35.1 of 10.0.0.7:9092"
        }) {
      assertEquals(reason, new RunFailed("e", "pretrain", 1, 64, reason).reason());
    }
    assertEquals(null, new RunFailed("e", "pretrain", 1, 64, null).reason());
  }

  /** By the square of its length this one takes minutes. */
  @Test
  void aLongWordIsReadOnce() {
    String word = "x".repeat(300_000);
    assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> assertEquals(word, new RunFailed("e", "pretrain", 1, 64, word).reason()));
  }
}

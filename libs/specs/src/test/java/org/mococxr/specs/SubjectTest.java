package org.mococxr.specs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SubjectTest {
  @Test
  void aNameTellsWhatTheRunIsAboutWithoutTrailingZeros() {
    assertEquals("pretrain", Subject.NONE.run(RunKind.PRETRAIN));
    assertEquals("embed-moco", Subject.of("moco").run(RunKind.EMBED));
    assertEquals(
        "finetune-moco-linear-0.01-it0",
        new Subject("moco", "linear", 0.01, 0).run(RunKind.FINETUNE));
    assertEquals(
        "finetune-random-end-to-end-1-it4",
        new Subject("random", "end-to-end", 1.0, 4).run(RunKind.FINETUNE));
    assertEquals(
        "finetune-moco-linear-0.0078125-it11",
        new Subject("moco", "linear", 0.0078125, 11).run(RunKind.FINETUNE));
    assertEquals(
        "test-moco-linear-0.00001-it0", new Subject("moco", "linear", 1e-5, 0).run(RunKind.TEST));
  }

  @Test
  void aSpecificationWithoutASubjectHasNone() {
    RunSpec spec =
        RunSpec.parse("{experiment: e, run: r, kind: PRETRAIN, output: 'file:///o/'}", "test");
    assertEquals(Subject.NONE, spec.subject());
    assertEquals(spec, RunSpec.parse(spec.toJson(), "again"));
  }
}

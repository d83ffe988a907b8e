package org.mococxr.trainer.messaging;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mococxr.messaging.tracing.Tracing;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;
import org.mococxr.testkit.TraceCollector;

class TracedRunReporterTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  @Test
  void aRunAndItsStagesBelongToTheRequestsTrace() throws Exception {
    URI folder = URI.create("file:///store/e/runs/pretrain/");
    RunSpec spec =
        new RunSpec("effusion", "pretrain", RunKind.PRETRAIN, 0, Map.of(), Map.of(), folder);
    try (TraceCollector collector = TraceCollector.start()) {
      Tracing tracing =
          Tracing.of("mococxr-trainer", Map.of(Tracing.ENDPOINT, collector.endpoint()));
      String parent = "00-" + TRACE + "-b7ad6b7169203331-01";
      try (RunReporter reporter = new TracedRunReporter(tracing, spec, 3, parent)) {
        reporter.started();
        reporter.update("decoding pictures", 1, 2, Map.of());
        reporter.update("decoding pictures", 2, 2, Map.of());
        reporter.update("epoch", 1, 20, Map.of("loss", 3.0));
        reporter.failed(75, "preempted; a checkpoint is written");
      }
      assertTrue(
          collector.has(
              TRACE,
              "mococxr-trainer",
              "run pretrain",
              "effusion",
              "decoding pictures",
              "epoch",
              "preempted; a checkpoint is written"));
    }
  }
}

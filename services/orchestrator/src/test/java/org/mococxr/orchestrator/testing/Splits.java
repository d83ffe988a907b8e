package org.mococxr.orchestrator.testing;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.mococxr.events.SplitCompleted;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.specs.data.Draw;

/** What the splitter answers. */
public final class Splits {
  private Splits() {}

  /** The smallest split: three manifests, and one draw of all labels. */
  public static SplitCompleted completed(ExperimentState state) {
    URI csv = URI.create("file:///s/train.csv");
    return new SplitCompleted(
        state.id(),
        state.splitRequest(),
        URI.create("file:///s/split.json"),
        Map.of("train", csv, "valid", csv, "test", csv),
        Map.of(),
        List.of(new Draw("train", 1, 0)));
  }
}

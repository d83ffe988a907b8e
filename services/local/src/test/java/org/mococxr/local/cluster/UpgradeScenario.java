package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.specs.RunKind;

/**
 * An upgrade from an earlier version of the chart, and the way back, each in the middle of an
 * experiment, by the commands of docs/operations.md: no run is begun twice.
 */
@Scenarios
class UpgradeScenario {
  private static final String NAMESPACE = "upgrade";
  private static final String GUIDE = "Upgrade and rollback";
  private static final String DEFINITION = "experiments.mococxr.org";
  private static final String RUN = "pretrain";

  @Test
  void inMidExperimentAndBack(TestCluster cluster, @TempDir Path folder) throws Exception {
    forgetDefinition(cluster);
    Shell shell = new Shell(cluster, folder, Map.of());
    try (Release release = Release.prepare(cluster, NAMESPACE, "lab")) {
      release.provideVolume();
      release.installChart(Values.previousChart(), Gate.before(RunKind.PRETRAIN));
      release.awaitReady();
      requireVersion(release, "moco-cxr-" + Images.PREVIOUS);
      Experiments experiments = release.experiments();
      experiments.submit("upgraded");
      experiments.awaitRun("upgraded", RUN, "RUNNING");

      shell.run(Guide.commands(GUIDE, 0, NAMESPACE));
      requireVersion(release, "moco-cxr-0.1.0");
      shell.run("kubectl diff --server-side -f helm/moco-cxr/crds");
      experiments.awaitRun("upgraded", RUN, "RUNNING");
      Gate.open(release, "upgraded", RUN);
      requireFirstAttempts(experiments.awaitEnd("upgraded", "COMPLETED"));

      experiments.submit("back");
      experiments.awaitRun("back", RUN, "RUNNING");
      shell.run(Guide.commands(GUIDE, 1, NAMESPACE));
      requireVersion(release, "moco-cxr-" + Images.PREVIOUS);
      experiments.awaitRun("back", RUN, "RUNNING");
      Gate.open(release, "back", RUN);
      requireFirstAttempts(experiments.awaitEnd("back", "COMPLETED"));
      requireFirstAttempts(experiments.awaitEnd("upgraded", "COMPLETED"));
    }
  }

  /** So that the earlier chart brings its own. */
  private static void forgetDefinition(TestCluster cluster) {
    var definition =
        cluster
            .plane()
            .admin()
            .apiextensions()
            .v1()
            .customResourceDefinitions()
            .withName(DEFINITION);
    definition.delete();
    definition.waitUntilCondition(
        gone -> gone == null, Release.PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static void requireVersion(Release release, String chart) {
    release.awaitReady();
    for (String component : List.of("splitter", "orchestrator")) {
      release
          .pods(component)
          .forEach(pod -> assertEquals(chart, pod.getMetadata().getLabels().get("helm.sh/chart")));
    }
  }

  private static void requireFirstAttempts(JsonNode experiment) {
    experiment
        .path("runs")
        .forEach(run -> assertEquals(1, run.path("attempt").asInt(), run.toString()));
  }
}

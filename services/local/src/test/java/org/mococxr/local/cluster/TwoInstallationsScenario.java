package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mococxr.specs.RunKind;

/**
 * Two installations in one namespace do the same experiment side by side and leave each other
 * alone. One is uninstalled in the middle of another experiment: of it nothing stays but the claim
 * that NOTES names, and the other goes on.
 */
@Scenarios
class TwoInstallationsScenario {
  private static final String RUN = "pretrain";

  @Test
  void shareANamespace(TestCluster cluster) throws Exception {
    String gate = Gate.before(RunKind.PRETRAIN);
    Release first = Release.install(cluster, "both", "first", gate);
    Release second = Release.install(cluster, "both", "second", gate);
    try {
      first.experiments().submit("same");
      second.experiments().submit("same");
      first.experiments().awaitRun("same", RUN, "RUNNING");
      second.experiments().awaitRun("same", RUN, "RUNNING");
      Gate.open(first, "same", RUN);
      Gate.open(second, "same", RUN);
      requireOneJobPerRun(first, first.experiments().awaitEnd("same", "COMPLETED"));
      requireOneJobPerRun(second, second.experiments().awaitEnd("same", "COMPLETED"));

      first.experiments().submit("stays");
      second.experiments().submit("ends");
      first.experiments().awaitRun("stays", RUN, "RUNNING");
      second.experiments().awaitRun("ends", RUN, "RUNNING");
      second.uninstall();
      second.awaitObjects(
          "what is left of release second",
          Set.of("PersistentVolumeClaim second-moco-cxr-artifacts"));
      Gate.open(first, "stays", RUN);
      first
          .experiments()
          .awaitEnd("stays", "COMPLETED")
          .path("runs")
          .forEach(run -> assertEquals(1, run.path("attempt").asInt(), run.toString()));
    } finally {
      first.close();
      second.close();
    }
  }

  /** Every Job of a release is that of a run, once: none was removed and made again. */
  private static void requireOneJobPerRun(Release release, JsonNode experiment) {
    Set<String> runs = new TreeSet<>();
    experiment.path("runs").forEach(run -> runs.add(run.path("name").asText()));
    Stream<String> annotated =
        release.jobs().stream()
            .map(HasMetadata::getMetadata)
            .map(metadata -> metadata.getAnnotations().get("mococxr.org/run"));
    assertEquals(runs, annotated.collect(Collectors.toCollection(TreeSet::new)));
    assertEquals(runs.size(), release.jobs().size());
  }
}

package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code helm test}: phantom X-rays, an experiment for the real trainer, its report, a model. */
@Scenarios
class HelmTestScenario {
  @Test
  void drawsTrainsAndReports(TestCluster cluster, @TempDir Path folder) throws Exception {
    try (Release release = Release.install(cluster, "helm-test", "lab", Values.realTrainer())) {
      Shell shell = new Shell(cluster, folder, Map.of());
      Shell.Result test = shell.tryRun("helm test lab -n helm-test --timeout 900s");
      assertEquals(0, test.exitCode(), test.output() + release.describe());
      List<String> ids = release.experiments().ids();
      assertEquals(1, ids.size(), ids.toString());
      String log = shell.run("kubectl -n helm-test logs lab-moco-cxr-test -c experiment");
      assertTrue(log.contains("experiment " + ids.getFirst() + " has a report of "), log);
      JsonNode experiment = release.experiments().known(ids.getFirst());
      assertEquals("COMPLETED", experiment.path("status").asText(), experiment.toString());
      release.experiments().requireDone(ids.getFirst(), experiment);
    }
  }
}

package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.testkit.cluster.NodeStorage;

/**
 * The chart's own defaults on a cluster whose default storage class has ReadWriteOnce only: what
 * the notes say at installation makes it ready.
 */
@Scenarios
class DefaultsScenario {
  private static final String NAMESPACE = "defaults";

  /** Kafka here has one broker; the rest concerns Jobs of runs, which come later. */
  private static final String VALUES =
      """
      kafka: {bootstrapServers: '%s', topicPrefix: defaults., replication: 1}
      data: {claim: chest-xrays}
      trainer:
        image: test/noop-trainer:1
        gpus: 0
        cpu: 100m
        memory: 128Mi
        environment: {FAKE_WORK_MILLIS: "200"}
      """;

  @Test
  void becomeReadyAsTheNotesSay(TestCluster cluster, @TempDir Path folder) throws Exception {
    try (NodeStorage storage = NodeStorage.start(cluster.plane(), cluster.volume("node-storage"));
        Release release = Release.prepare(cluster, NAMESPACE, "lab")) {
      Path values = cluster.file("defaults.yaml", VALUES.formatted(cluster.kafka()));
      Shell shell = new Shell(cluster, folder, Map.of("VALUES", values.toString()));
      String notes = shell.run("helm install lab helm/moco-cxr -n defaults -f \"$VALUES\"");
      assertTrue(notes.contains("Claim lab-moco-cxr-artifacts holds the artefacts"), notes);
      Awaitility.await("the reason of the claim")
          .atMost(Release.PATIENCE)
          .until(
              () ->
                  shell
                      .run("kubectl -n defaults describe pvc lab-moco-cxr-artifacts")
                      .contains("only access mode ReadWriteOnce is supported"));

      shell.run(afterwards(notes));
      release.awaitReady();
      assertEquals(
          1,
          release.pods().stream().map(pod -> pod.getSpec().getNodeName()).distinct().count(),
          "nodes");
      release.experiments().submit("defaults");
      release.experiments().awaitEnd("defaults", "COMPLETED");
    }
  }

  /** The commands of the notes that concern the claim. */
  private static String afterwards(String notes) {
    return notes
        .substring(notes.indexOf("If it stays Pending"))
        .lines()
        .dropWhile(line -> !line.startsWith("    "))
        .takeWhile(line -> line.startsWith("    "))
        .collect(Collectors.joining("\n"));
  }
}

package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Each kustomization of {@code k8s/} is applied by kubectl, and then differs in nothing. */
@Scenarios
class KustomizeScenario {
  @Test
  void appliedOnceItDiffersInNothing(TestCluster cluster) throws Exception {
    Path k8s = Path.of(System.getProperty("mococxr.home")).resolve("k8s");
    List<Path> folders;
    try (Stream<Path> files = Files.walk(k8s)) {
      folders =
          files
              .filter(file -> file.getFileName().toString().equals("kustomization.yaml"))
              .map(Path::getParent)
              .sorted()
              .toList();
    }
    Kubectl kubectl = new Kubectl(cluster, "mococxr");
    for (Path folder : folders) {
      kubectl.run("apply", "-k", folder.toString());
      // While controllers change what they were given, kubectl gives up and compares all the same.
      Awaitility.await("no differences to " + folder)
          .atMost(Release.PATIENCE)
          .untilAsserted(
              () -> assertEquals("", kubectl.tryRun("diff", "-k", folder.toString()).output()));
      // The namespace only: other installations use the definition of the resource.
      cluster.plane().admin().namespaces().withName("mococxr").delete();
      cluster
          .plane()
          .admin()
          .namespaces()
          .withName("mococxr")
          .waitUntilCondition(gone -> gone == null, Release.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }
}

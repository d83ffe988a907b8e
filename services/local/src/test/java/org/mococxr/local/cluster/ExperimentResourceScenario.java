package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.Yaml;

/** An experiment as a resource of Kubernetes, by kubectl only. */
@Scenarios
class ExperimentResourceScenario {
  @Test
  void appliedAwaitedShownAndDeleted(Release release) throws Exception {
    Kubectl kubectl = new Kubectl(release.cluster(), release.namespace());
    kubectl.run("apply", "-f", resource(release, "by-kubectl").toString());
    kubectl.run("wait", "--for=condition=Complete", "--timeout=480s", "experiment/by-kubectl");
    release.experiments().awaitEnd("by-kubectl", "COMPLETED");
    String listed = kubectl.run("get", "experiments");
    assertTrue(listed.contains("PHASE") && listed.contains("by-kubectl"), listed);
    String described = kubectl.run("describe", "experiment", "by-kubectl");
    assertTrue(described.contains("Accepted") && described.contains("Events:"), described);

    // As after a restoration, when the resource itself was not in the backup.
    Map<String, String> workers = release.experiments().workers("by-kubectl");
    kubectl.run("delete", "experiment", "by-kubectl", "--timeout=120s");
    kubectl.run("apply", "-f", resource(release, "by-kubectl").toString());
    kubectl.run("wait", "--for=condition=Complete", "--timeout=480s", "experiment/by-kubectl");
    assertEquals(workers, release.experiments().workers("by-kubectl"), "nothing is done again");

    release.experiments().hold("deleted", "pretrain");
    kubectl.run("apply", "-f", resource(release, "deleted").toString());
    release.experiments().awaitRun("deleted", "pretrain", "RUNNING");
    kubectl.run("delete", "experiment", "deleted", "--timeout=120s");
    release.experiments().awaitEnd("deleted", "CANCELLED");
    Awaitility.await("its trainer to be stopped")
        .atMost(Release.PATIENCE)
        .until(() -> release.trainer("deleted", "pretrain").isEmpty());
  }

  @Test
  void theApiServerRefusesWhatIsNotValid(Release release) throws Exception {
    Kubectl kubectl = new Kubectl(release.cluster(), release.namespace());
    ObjectNode resource = (ObjectNode) Yaml.MAPPER.readTree(resource(release, "wrong").toFile());
    ((ObjectNode) resource.path("spec").path("pretraining")).put("epochs", -1);
    Path file = release.cluster().file("wrong.yaml", Yaml.MAPPER.writeValueAsString(resource));
    Shell.Result refused = kubectl.tryRun("apply", "-f", file.toString());
    assertEquals(1, refused.exitCode(), refused.output());
    assertTrue(refused.output().contains("spec.pretraining.epochs"), refused.output());
  }

  private static Path resource(Release release, String name) throws IOException {
    ObjectNode resource = Yaml.MAPPER.createObjectNode();
    resource.put("apiVersion", "mococxr.org/v1alpha1").put("kind", "Experiment");
    resource.putObject("metadata").put("name", name);
    JsonNode spec = Yaml.MAPPER.readTree(Values.resource("experiment.yaml"));
    resource.set("spec", spec);
    return release.cluster().file(name + ".yaml", Yaml.MAPPER.writeValueAsString(resource));
  }
}

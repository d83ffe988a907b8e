package org.mococxr.orchestrator.install;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mococxr.orchestrator.launch.JobLabels;

class EndJobsTest {
  private KubernetesMockServer server;
  private KubernetesClient client;

  @BeforeEach
  void start() {
    server =
        new KubernetesMockServer(
            new Context(),
            new MockWebServer(),
            new HashMap<>(),
            new KubernetesCrudDispatcher(),
            false);
    server.init();
    client = server.createClient();
  }

  @AfterEach
  void stop() {
    client.close();
    server.destroy();
  }

  @Test
  void theOrchestratorIsStoppedAndOnlyItsJobsAreDeleted() throws InterruptedException {
    client
        .resource(
            new DeploymentBuilder()
                .withNewMetadata()
                .withName("lab-moco-cxr-orchestrator")
                .withNamespace("lab")
                .endMetadata()
                .withNewSpec()
                .withReplicas(2)
                .endSpec()
                .build())
        .create();
    job("lab-1", JobLabels.of("lab"));
    job("lab-2", JobLabels.of("lab"));
    job("other-1", JobLabels.of("other"));
    job("stranger", Map.of());

    assertEquals(2, EndJobs.run(client, "lab", "lab-moco-cxr-orchestrator", "lab", "lab"));

    assertEquals(
        0,
        client
            .apps()
            .deployments()
            .inNamespace("lab")
            .withName("lab-moco-cxr-orchestrator")
            .get()
            .getSpec()
            .getReplicas());
    assertEquals(
        List.of("other-1", "stranger"),
        client.batch().v1().jobs().inNamespace("lab").list().getItems().stream()
            .map(job -> job.getMetadata().getName())
            .sorted()
            .toList());
  }

  @Test
  void anOrchestratorThatIsGoneAlreadyLeavesItsJobsToBeDeleted() throws InterruptedException {
    job("lab-1", JobLabels.of("lab"));
    assertEquals(1, EndJobs.run(client, "lab", "gone", "lab", "lab"));
  }

  private void job(String name, Map<String, String> labels) {
    client
        .resource(
            new JobBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("lab")
                .withLabels(labels)
                .endMetadata()
                .build())
        .create();
  }
}

package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The services' own accounts try what they must not do, and the API server refuses it. */
@Scenarios
class AccessScenario {
  private static final int FORBIDDEN = 403;
  private static final ResourceDefinitionContext EXPERIMENT =
      new ResourceDefinitionContext.Builder()
          .withGroup("mococxr.org")
          .withVersion("v1alpha1")
          .withKind("Experiment")
          .withPlural("experiments")
          .withNamespaced(true)
          .build();

  @Test
  void orchestratorOnlyManagesJobs(Release release) {
    try (KubernetesClient client = client(release, "orchestrator")) {
      String own = release.namespace();
      // What it needs.
      client.batch().v1().jobs().inNamespace(own).list();
      client.pods().inNamespace(own).list();
      client.v1().events().inNamespace(own).list();
      client.serviceAccounts().inNamespace(own).withName(release.fullName() + "-trainer").get();
      client.genericKubernetesResources(EXPERIMENT).inNamespace(own).list();

      refused(() -> client.secrets().inNamespace(own).list());
      refused(() -> client.configMaps().inNamespace(own).list());
      refused(() -> client.serviceAccounts().inNamespace(own).list());
      var experiments = client.genericKubernetesResources(EXPERIMENT);
      refused(() -> experiments.inNamespace(own).withName("any").delete());
      refused(() -> experiments.inNamespace("default").list());
      refused(() -> experiments.inAnyNamespace().list());
      refused(() -> client.apps().deployments().inNamespace(own).list());
      refused(() -> client.nodes().list());
      refused(() -> client.pods().inNamespace(own).withName("any").delete());
      refused(() -> client.batch().v1().jobs().inNamespace("default").list());
      refused(() -> client.pods().inAnyNamespace().list());
      refused(
          () ->
              client
                  .serviceAccounts()
                  .inNamespace(own)
                  .withName(release.fullName() + "-trainer")
                  .tokenRequest(new TokenRequestBuilder().withNewSpec().endSpec().build()));
    }
  }

  @Test
  void othersMayDoNothing(Release release) {
    for (String component : List.of("splitter", "inference", "trainer")) {
      try (KubernetesClient client = client(release, component)) {
        String own = release.namespace();
        refused(() -> client.batch().v1().jobs().inNamespace(own).list());
        refused(() -> client.pods().inNamespace(own).list());
        refused(() -> client.secrets().inNamespace(own).list());
        refused(() -> client.configMaps().inNamespace(own).list());
        refused(() -> client.genericKubernetesResources(EXPERIMENT).inNamespace(own).list());
        refused(
            () ->
                client
                    .configMaps()
                    .inNamespace(own)
                    .resource(
                        new ConfigMapBuilder()
                            .withNewMetadata()
                            .withName("mine")
                            .endMetadata()
                            .build())
                    .create());
      }
    }
  }

  @Test
  void onlyTheOrchestratorsPodHasAToken(Release release) {
    assertEquals(
        Set.of("orchestrator"),
        release.pods().stream()
            .filter(
                pod ->
                    pod.getSpec().getVolumes().stream()
                        .anyMatch(volume -> volume.getName().startsWith("kube-api-access")))
            .map(pod -> pod.getMetadata().getLabels().get("app.kubernetes.io/component"))
            .collect(Collectors.toSet()));
  }

  private static KubernetesClient client(Release release, String component) {
    String token =
        release
            .client()
            .serviceAccounts()
            .inNamespace(release.namespace())
            .withName(release.fullName() + "-" + component)
            .tokenRequest(
                new TokenRequestBuilder()
                    .withNewSpec()
                    .withExpirationSeconds(600L)
                    .endSpec()
                    .build())
            .getStatus()
            .getToken();
    return release.cluster().plane().client(token);
  }

  private static void refused(Executable attempt) {
    KubernetesClientException refusal = assertThrows(KubernetesClientException.class, attempt);
    assertEquals(FORBIDDEN, refusal.getCode(), refusal.getMessage());
  }
}

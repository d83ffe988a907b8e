package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The services' own accounts try what they must not do, and the API server refuses it. */
@Scenarios
class AccessScenario {
  private static final int FORBIDDEN = 403;

  @Test
  void orchestratorOnlyManagesJobs(Release release) {
    try (KubernetesClient client = client(release, "orchestrator")) {
      String own = release.namespace();
      // What it needs.
      client.batch().v1().jobs().inNamespace(own).list();
      client.pods().inNamespace(own).list();
      client.v1().events().inNamespace(own).list();
      client.serviceAccounts().inNamespace(own).withName(release.fullName() + "-trainer").get();

      refused(() -> client.secrets().inNamespace(own).list());
      refused(() -> client.configMaps().inNamespace(own).list());
      refused(() -> client.serviceAccounts().inNamespace(own).list());
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

package org.mococxr.testkit.cluster;

import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;

/** Events of the type Warning, as parts of a cluster record them. */
final class Warnings {
  private Warnings() {}

  static void about(
      HasMetadata object, String source, String reason, String message, KubernetesClient client) {
    ObjectMeta about = object.getMetadata();
    String now = ContainerProcess.time(Instant.now());
    client
        .v1()
        .events()
        .inNamespace(about.getNamespace())
        .resource(
            new EventBuilder()
                .withNewMetadata()
                .withGenerateName(about.getName() + ".")
                .withNamespace(about.getNamespace())
                .endMetadata()
                .withNewInvolvedObject()
                .withKind(object.getKind())
                .withNamespace(about.getNamespace())
                .withName(about.getName())
                .withUid(about.getUid())
                .endInvolvedObject()
                .withType("Warning")
                .withReason(reason)
                .withMessage(message)
                .withFirstTimestamp(now)
                .withLastTimestamp(now)
                .withCount(1)
                .withNewSource(source, null)
                .build())
        .create();
  }
}

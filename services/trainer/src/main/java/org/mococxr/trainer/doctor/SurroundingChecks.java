package org.mococxr.trainer.doctor;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.foundation.Causes;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.messaging.KafkaSettings;

/** Kafka, the artefact store and the cluster: what lies outside this machine. */
final class SurroundingChecks {
  private static final Duration PATIENCE = Duration.ofSeconds(8);
  private static final String KUBECTL = "kubectl";

  /** What the orchestrator's role lets it do (k8s/base/access.yaml), but for single objects. */
  static final List<Right> RIGHTS =
      Stream.of(
              rights("jobs.batch", null, "get", "list", "watch", "create", "delete"),
              rights("pods", null, "get", "list", "watch"),
              rights("pods", "log", "get"),
              rights("events", null, "list", "create"),
              rights("experiments.mococxr.org", null, "get", "list", "watch", "update"),
              rights("experiments.mococxr.org", "status", "update"))
          .flatMap(rights -> rights)
          .toList();

  /**
   * To do something with objects of a kind.
   *
   * @param subresource null for the objects themselves
   */
  record Right(String verb, String resource, String subresource) {
    @Override
    public String toString() {
      return verb + " " + resource + (subresource == null ? "" : "/" + subresource);
    }

    private boolean given() {
      List<String> question = new ArrayList<>(List.of(KUBECTL, "auth", "can-i", verb, resource));
      if (subresource != null) {
        question.add("--subresource=" + subresource);
      }
      return Programs.output(question.toArray(String[]::new)).isPresent();
    }
  }

  private static Stream<Right> rights(String resource, String subresource, String... verbs) {
    return Stream.of(verbs).map(verb -> new Right(verb, resource, subresource));
  }

  private SurroundingChecks() {}

  static Finding kafka(String bootstrap) {
    String subject = "Kafka";
    if (bootstrap == null || bootstrap.isBlank()) {
      return Finding.skipped(
          subject, KafkaSettings.BOOTSTRAP_SERVERS + " is not set", "only services need it");
    }
    try {
      Map<String, Object> client = KafkaSettings.at(bootstrap).client();
      int millis = Math.toIntExact(PATIENCE.toMillis());
      client.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, millis / 2);
      client.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
      try (Admin admin = Admin.create(client)) {
        int brokers = admin.describeCluster().nodes().get().size();
        int topics = admin.listTopics().names().get().size();
        return Finding.ok(
            subject, "%d brokers at %s, %d topics".formatted(brokers, bootstrap, topics));
      }
    } catch (UserErrorException e) {
      return Finding.missing(subject, e.location() + ": " + e.problem(), e.remedy());
    } catch (ExecutionException | KafkaException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      return Finding.missing(
          subject,
          "no answer from %s: %s".formatted(bootstrap, Causes.message(cause)),
          "is the address right, and do KAFKA_SECURITY_PROTOCOL and KAFKA_SASL_… fit the broker?");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Finding.missing(subject, "interrupted", "ask again");
    }
  }

  /** Writes, reads and removes a small object. */
  static Finding store(String uri) {
    String subject = "artefact store";
    if (uri == null || uri.isBlank()) {
      return Finding.skipped(subject, "none is named", "give --store URI to have one tried");
    }
    try (ArtifactStore store = ArtifactStore.open(URI.create(uri))) {
      URI probe = store.resolve(".doctor-" + UUID.randomUUID());
      byte[] content = probe.toString().getBytes(StandardCharsets.UTF_8);
      store.write(probe, content);
      boolean same = java.util.Arrays.equals(content, store.readBytes(probe));
      store.delete(probe);
      return same
          ? Finding.ok(subject, store.base() + " takes and gives objects")
          : Finding.missing(subject, uri + " gave other bytes than it took", "check the store");
    } catch (UserErrorException e) {
      return Finding.missing(subject, e.location() + ": " + e.problem(), e.remedy());
    } catch (IOException | RuntimeException e) {
      return Finding.missing(
          subject,
          "%s: %s".formatted(uri, Causes.message(e)),
          "is it reached from here, may these credentials write there, and is there room?");
    }
  }

  static Finding cluster() {
    String subject = "rights in the cluster";
    Optional<String> server = Programs.output(KUBECTL, "config", "current-context");
    if (server.isEmpty()) {
      return Finding.skipped(
          subject,
          "no kubectl with a cluster here",
          "only an orchestrator in a cluster needs them");
    }
    List<String> denied =
        RIGHTS.stream().filter(right -> !right.given()).map(Right::toString).toList();
    return denied.isEmpty()
        ? Finding.ok(subject, "all that the orchestrator needs, in " + server.get())
        : Finding.missing(
            subject,
            "in %s may not: %s".formatted(server.get(), String.join(", ", denied)),
            "apply k8s/base/access.yaml, or ask the cluster's administrator");
  }
}

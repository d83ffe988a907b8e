package org.mococxr.local.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.Yaml;
import org.mococxr.local.client.InferenceClient;
import org.mococxr.local.client.OrchestratorClient;
import org.mococxr.local.process.Services;
import org.mococxr.local.process.StartedServices;
import org.mococxr.local.work.WorkFolder;
import org.mococxr.specs.ExperimentSpec;

/**
 * Splitter, orchestrator, inference service and trainers, each with TLS and a password.
 *
 * <ol>
 *   <li>The services start while the broker knows another password, and then shows a certificate
 *       that they do not trust: they are not ready, and say why, in few lines.
 *   <li>The right broker comes: they are ready without being started again. An experiment completes
 *       and its model is served.
 *   <li>The password is changed while they work: they say so. It is changed back: they go on.
 *   <li>No secret is in any file that they wrote.
 * </ol>
 */
class SecuredKafkaIT {
  private static final Duration BOUND = Duration.ofSeconds(240);

  @Test
  @Timeout(value = 40, unit = TimeUnit.MINUTES)
  void everyServiceUsesIt(@TempDir Path folder) throws Exception {
    Scenario scenario = new Scenario(folder);
    WorkFolder work = WorkFolder.at(folder.resolve("work"));
    try (SecuredBroker broker = new SecuredBroker(folder.resolve("broker"))) {
      broker.openWithOtherPassword();
      try (StartedServices services =
          scenario.services(work, broker.bootstrapServers(), broker.environment())) {
        for (String service : Services.NAMES) {
          services.awaitNotReady(service, "the user or the password is wrong", BOUND);
        }
        broker.openWithUntrustedCertificate();
        for (String service : Services.NAMES) {
          services.awaitNotReady(service, "certificate is not trusted", BOUND);
        }
        services.requireFewWords();
        broker.open();
        services.awaitReady(BOUND);

        OrchestratorClient orchestrator =
            new OrchestratorClient(services.running().url("orchestrator"));
        ExperimentSpec spec = Scenario.small(scenario.phantoms(), Scenario.TASK);
        String id = Scenario.submit(orchestrator, spec, BOUND);
        Scenario.awaitStatus(orchestrator, id, "COMPLETED", BOUND);
        requireServed(services, scenario);

        broker.openWithOtherPassword();
        services.awaitNotReady("orchestrator", "the user or the password is wrong", BOUND);
        services.awaitNotReady("splitter", "the user or the password is wrong", BOUND);
        assertEquals(200, services.readiness("inference").status(), "it has a model to serve");
        broker.open();
        services.awaitReady(BOUND);
        Scenario.awaitStatus(orchestrator, id, "COMPLETED", BOUND);
      }
      requireNoSecret(work);
    }
  }

  private static void requireServed(StartedServices services, Scenario scenario) throws Exception {
    InferenceClient inference = new InferenceClient(services.running().url("inference"));
    Path model = Scenario.find(scenario.artifacts(), "model.json").getFirst();
    String version = Yaml.MAPPER.readTree(model.toFile()).path("version").asText();
    assertTrue(inference.awaitVersion("small", version, BOUND), version);
    Path image;
    try (Stream<Path> files = Files.walk(scenario.phantoms())) {
      image =
          files.filter(file -> file.toString().matches(".*[.](png|jpg)")).findFirst().orElseThrow();
    }
    assertEquals(
        List.of(Scenario.TASK),
        inference.predict("small", image).stream().map(InferenceClient.Finding::task).toList());
  }

  private static void requireNoSecret(WorkFolder work) throws IOException {
    try (Stream<Path> files = Files.walk(work.root())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        assertFalse(content.contains(SecuredBroker.PASSWORD), file.toString());
      }
    }
  }
}

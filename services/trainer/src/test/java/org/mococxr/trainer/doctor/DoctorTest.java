package org.mococxr.trainer.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.Yaml;
import org.mococxr.trainer.doctor.Finding.State;

class DoctorTest {
  @TempDir Path folder;

  private static Map<String, Finding> bySubject(List<Finding> findings) {
    return findings.stream().collect(Collectors.toMap(Finding::subject, Function.identity()));
  }

  @Test
  void whatThisMachineHasIsFoundAndWhatNobodyAskedForIsNotLookedAt() throws IOException {
    Map<String, Finding> found = bySubject(Doctor.examine(null, folder.toUri().toString()));
    assertEquals(State.OK, found.get("Java").state());
    assertEquals(State.OK, found.get("PyTorch").state());
    assertTrue(found.get("PyTorch").found().contains("for processors"));
    assertEquals(State.SKIPPED, found.get("Kafka").state());
    assertEquals(State.OK, found.get("artefact store").state());
    // What was written to try the store is removed again.
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(), left.toList());
    }
  }

  @Test
  @Tag("slow")
  void aBrokerThatDoesNotAnswerAndAStoreThatIsNotThereAreMissingWithWhatToDo() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "no folder");
    Map<String, Finding> found =
        bySubject(
            List.of(
                SurroundingChecks.kafka("127.0.0.1:1"),
                SurroundingChecks.store(file.resolve("store").toUri().toString())));
    for (Finding finding : found.values()) {
      assertEquals(State.MISSING, finding.state(), finding.toString());
      assertFalse(finding.remedy().isEmpty(), finding.toString());
    }
    assertTrue(found.get("Kafka").found().contains("127.0.0.1:1"));
  }

  @Test
  void theRightsThatAreTriedAreThoseOfTheOrchestratorsRole() throws IOException {
    Path access = Path.of("../../k8s/base/access.yaml");
    Set<String> granted = new TreeSet<>();
    for (String document : Files.readString(access).split("\n---\n")) {
      for (JsonNode rule : Yaml.MAPPER.readTree(document).path("rules")) {
        String group = rule.path("apiGroups").path(0).asText();
        String[] resource = rule.path("resources").path(0).asText().split("/");
        String kind = resource[0] + (group.isEmpty() ? "" : "." + group);
        String subresource = resource.length == 1 ? "" : "/" + resource[1];
        if (!rule.has("resourceNames")) {
          rule.path("verbs").forEach(v -> granted.add(v.asText() + " " + kind + subresource));
        }
      }
    }
    assertEquals(
        granted,
        SurroundingChecks.RIGHTS.stream()
            .map(SurroundingChecks.Right::toString)
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void anAddressThatIsNoneIsMissingAndNotAnException() {
    assertEquals(State.MISSING, SurroundingChecks.kafka("not an address").state());
    assertEquals(State.MISSING, SurroundingChecks.store("ftp://x/y").state());
    assertEquals(State.MISSING, SurroundingChecks.store("no uri at all").state());
  }
}

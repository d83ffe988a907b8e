package org.mococxr.inference.testing;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** A service that follows no topic: its models are those that a test serves. It takes feedback. */
public final class WithoutKafka implements QuarkusTestProfile {
  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of(
        "mococxr.inference.publications.enabled", "false",
        "mococxr.inference.feedback.folder", "target/feedback");
  }
}

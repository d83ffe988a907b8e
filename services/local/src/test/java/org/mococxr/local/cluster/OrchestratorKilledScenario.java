package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The orchestrator is killed with SIGKILL at random points of an experiment; no run is lost, done
 * twice or counted as failed. The system property {@code mococxr.kills} says how often, 4 times by
 * default.
 */
@Scenarios
class OrchestratorKilledScenario {
  private static final int LONGEST_MILLIS = 4_000;

  @Test
  @Timeout(value = 90, unit = TimeUnit.MINUTES)
  void atRandomPoints(Release release) throws Exception {
    int kills = Integer.getInteger("mococxr.kills", 4);
    // The points differ from run to run: processes and threads decide more than the seed does.
    Random random = new Random(1);
    int killed = 0;
    for (int number = 1; killed < kills; number++) {
      String id = "orchestrator-killed-" + number;
      release.experiments().submit(id);
      while (killed < kills && !ended(release.experiments().get(id))) {
        Thread.sleep(random.nextInt(LONGEST_MILLIS));
        if (release.kill(release.pods("orchestrator").getFirst())) {
          killed++;
        }
        Awaitility.await("the orchestrator after kill " + killed)
            .atMost(Release.PATIENCE)
            .until(() -> restarted(release));
      }
      JsonNode experiment = release.experiments().awaitEnd(id, "COMPLETED");
      for (JsonNode run : experiment.path("runs")) {
        assertEquals(0, run.path("faults").asInt(), run.toString());
        assertEquals(1, run.path("attempt").asInt(), run.toString());
      }
    }
  }

  private static boolean restarted(Release release) throws InterruptedException {
    Pod pod = release.pods("orchestrator").getFirst();
    boolean running =
        pod.getStatus().getContainerStatuses().getFirst().getState().getRunning() != null;
    return running && !release.orchestrators().isEmpty() && release.experiments().answers();
  }

  private static boolean ended(JsonNode experiment) {
    return experiment.path("status").asText().equals("COMPLETED");
  }
}

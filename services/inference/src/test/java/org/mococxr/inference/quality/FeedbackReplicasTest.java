package org.mococxr.inference.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.Startup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.inference.metrics.ModelMetrics;
import org.mococxr.inference.protocol.Failure;
import org.mococxr.inference.testing.Configs;

/** Replicas of a service that share a folder, and one that is started again. */
class FeedbackReplicasTest {
  @TempDir Path folder;

  private Feedback replica(SimpleMeterRegistry registry) {
    return new Feedback(
        Configs.with(Map.of("feedback.folder", folder.toString())), new ModelMetrics(registry));
  }

  private static double auroc(SimpleMeterRegistry registry) {
    return registry.get("mococxr.inference.feedback.auroc").tag("bound", "value").gauge().value();
  }

  private static double labels(SimpleMeterRegistry registry) {
    return registry.find("mococxr.inference.feedback.labels").counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  @Test
  void aReplicaThatOnlyAnswersTellsTheLabelsThatAnotherTook() {
    SimpleMeterRegistry took = new SimpleMeterRegistry();
    SimpleMeterRegistry answers = new SimpleMeterRegistry();
    Feedback other = replica(answers);
    label(replica(took));
    other.answered("m", "1", "aa", "e", Map.of("Mass", 0.5));
    assertEquals(0.75, auroc(took));
    assertEquals(0.75, auroc(answers));
    other.answered("m", "2", "bb", "f", Map.of("Mass", 0.5));
    assertEquals(Double.NaN, auroc(answers), "the new version has no labels");
  }

  /** Each gauge listed the folder again. */
  @Test
  void theGaugesOfOneScrapeTellOfTheSameLabels() {
    label(replica(new SimpleMeterRegistry()));
    SimpleMeterRegistry scraped = new SimpleMeterRegistry();
    AtomicLong clock = new AtomicLong(1);
    new Feedback(
        Configs.with(Map.of("feedback.folder", folder.toString())),
        new ModelMetrics(scraped),
        clock::get);
    assertEquals(0.75, auroc(scraped));
    Feedback other = replica(new SimpleMeterRegistry());
    other.answered("m", "1", "aa", "e", Map.of("Mass", 0.05));
    other.label("m", "e", Map.of("Mass", false));
    assertEquals(0.75, auroc(scraped));
    clock.addAndGet(Duration.ofSeconds(1).toNanos());
    assertEquals(5.0 / 6, auroc(scraped), 1e-12, "of six pairs five are ranked rightly");
  }

  /** {@code mococxr export --model-version 1} after each training, for example. */
  @Test
  void labelsOfAnotherNetworkOfTheSameVersionDoNotCount() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    Feedback feedback = replica(registry);
    label(feedback);
    feedback.answered("m", "1", "bb", "e", Map.of("Mass", 0.5));
    assertEquals(List.of(), feedback.rolling("m"));
    assertEquals(Double.NaN, auroc(registry));
    feedback.label("m", "e", Map.of("Mass", true));
    assertEquals(1, feedback.rolling("m").getFirst().positives());
  }

  @Test
  void aLabelIsCountedOnceByTheReplicaThatTookIt() {
    SimpleMeterRegistry took = new SimpleMeterRegistry();
    SimpleMeterRegistry restarted = new SimpleMeterRegistry();
    label(replica(took));
    replica(restarted);
    assertEquals(4, labels(took));
    assertEquals(0, labels(restarted));
    assertEquals(0.75, auroc(restarted));
  }

  /** Of four pairs of a positive and a negative, three are ranked rightly. */
  private static void label(Feedback feedback) {
    Map<String, Double> answers = Map.of("a", 0.9, "b", 0.4, "c", 0.6, "d", 0.1);
    answers.forEach((id, p) -> feedback.answered("m", "1", "aa", id, Map.of("Mass", p)));
    answers.keySet().forEach(id -> feedback.label("m", id, Map.of("Mass", "ab".contains(id))));
  }

  /** It was a 400, as if the sender could send it otherwise. */
  @Test
  void feedbackThatIsNotConfiguredIsForbiddenWithTheSettingsName() {
    Feedback off = new Feedback(Configs.defaults(), new ModelMetrics(new SimpleMeterRegistry()));
    off.answered("m", "1", "aa", "e", Map.of("Mass", 0.5));
    for (Executable refused :
        List.<Executable>of(
            () -> off.rolling("m"), () -> off.label("m", "e", Map.of("Mass", true)))) {
      RuntimeException e = assertThrows(RuntimeException.class, refused);
      assertEquals(403, Failure.of(e).http());
      assertTrue(e.getMessage().contains("mococxr.inference.feedback.folder"), e.getMessage());
      assertTrue(e.getMessage().contains("MOCOCXR_INFERENCE_FEEDBACK_FOLDER"), e.getMessage());
    }
  }

  /** Otherwise a folder that cannot be used would be told to whoever sends the first request. */
  @Test
  void theFolderIsOpenedAtTheStart() {
    assertTrue(Feedback.class.isAnnotationPresent(Startup.class));
  }
}

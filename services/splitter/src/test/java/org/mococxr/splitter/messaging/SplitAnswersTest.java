package org.mococxr.splitter.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.broker.EmbeddedKafka;
import org.mococxr.events.SplitFailed;
import org.mococxr.events.Topics;
import org.mococxr.foundation.Ports;
import org.mococxr.messaging.EventPublisher;
import org.mococxr.messaging.KafkaSettings;

@Tag("slow")
class SplitAnswersTest {
  @TempDir Path folder;

  /** It would be a fault of the splitter otherwise, and the experiment would end by it. */
  @Test
  void anAnswerWaitsForABrokerThatIsAwayForLongerThanTheProducersPatience() throws Exception {
    List<Integer> ports = Ports.free(2);
    KafkaSettings kafka = KafkaSettings.plain("127.0.0.1:" + ports.get(0));
    try (EventPublisher publisher =
        new EventPublisher(kafka, Topics.defaults(), "/test", Duration.ofSeconds(1))) {
      SplitAnswers answers = new SplitAnswers(publisher);
      CompletableFuture<Void> sent =
          CompletableFuture.runAsync(
              () -> answers.send(new SplitFailed("e", "request", false, "why"), null),
              // Threads of the common pool keep the class loader of a Quarkus that has ended.
              task -> Thread.ofPlatform().daemon().start(task));
      Thread.sleep(2_500);
      // A failure says why it did not wait.
      sent.getNow(null);
      assertFalse(sent.isDone());
      try (EmbeddedKafka broker =
          EmbeddedKafka.open(folder.resolve("kafka"), ports.get(0), ports.get(1))) {
        sent.get(60, TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void aServiceThatEndsDoesNotWait() {
    KafkaSettings nobody = KafkaSettings.plain("127.0.0.1:" + Ports.free());
    try (EventPublisher publisher =
        new EventPublisher(nobody, Topics.defaults(), "/test", Duration.ofSeconds(1))) {
      SplitAnswers answers = new SplitAnswers(publisher);
      answers.close();
      CompletionException refused =
          assertThrows(
              CompletionException.class,
              () -> answers.send(new SplitFailed("e", "request", false, "why"), null));
      assertEquals(TimeoutException.class, refused.getCause().getClass());
    }
  }
}

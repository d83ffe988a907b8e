package org.mococxr.local.follow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.broker.EmbeddedKafka;
import org.mococxr.events.Event;
import org.mococxr.events.ExperimentCancelled;
import org.mococxr.events.RunFailed;
import org.mococxr.events.Topics;
import org.mococxr.messaging.EventPublisher;
import org.mococxr.messaging.KafkaSettings;

@Tag("slow")
class EventFeedTest {
  private static final Duration LONG = Duration.ofMinutes(2);

  /** Whose fault a failure is, is told by the last of the events that came before it. */
  @Test
  void theRestIsAllThatIsThereHoweverLongThatTakes(@TempDir Path folder) throws Exception {
    Topics topics = Topics.defaults();
    try (EmbeddedKafka broker = EmbeddedKafka.open(folder)) {
      Map<String, Map<String, String>> wanted = new LinkedHashMap<>();
      topics.all().forEach(topic -> wanted.put(topic, Map.of()));
      broker.createTopics(wanted);
      try (EventFeed feed = new EventFeed(broker.bootstrapServers(), topics, "e");
          EventPublisher publisher =
              new EventPublisher(
                  KafkaSettings.plain(broker.bootstrapServers()), topics, "/test", LONG)) {
        assertEquals(List.of(), feed.rest(LONG));
        List<Event> sent =
            IntStream.range(0, 3000)
                .<Event>mapToObj(i -> new RunFailed("e", "run" + i, 1, 64, "x".repeat(500)))
                .toList();
        for (Event event : sent) {
          publisher.publish(event);
        }
        publisher.publish(new ExperimentCancelled("another")).get();
        publisher.publish(new RunFailed("e", "last", 1, 64, "")).get();
        List<Event> rest = feed.rest(LONG);
        assertEquals(sent, rest.subList(0, rest.size() - 1));
        assertEquals("last", ((RunFailed) rest.getLast()).run());
        assertEquals(List.of(), feed.rest(LONG));
      }
    }
  }
}

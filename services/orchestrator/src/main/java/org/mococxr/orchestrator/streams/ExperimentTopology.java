package org.mococxr.orchestrator.streams;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;
import org.mococxr.events.EventCodec;
import org.mococxr.events.Topics;
import org.mococxr.orchestrator.experiment.Experiments;

/**
 * One processor over the three topics whose key is the experiment, with one store. The store is in
 * memory, with its changelog in Kafka: a start needs no native library and no files.
 */
final class ExperimentTopology {
  /** Name of the store of experiment states. */
  static final String STORE = "experiments";

  private static final String PROCESSOR = "state-machine";

  private ExperimentTopology() {}

  /**
   * @param hooks what is asked and told for every event
   */
  static Topology build(
      Experiments experiments,
      Topics topics,
      Hooks hooks,
      LiveExperiments live,
      PoisonRecords poison) {
    EventCodec codec = new EventCodec("/mococxr/orchestrator");
    List<String> sources = List.of(topics.experiments(), topics.splits(), topics.runs());
    List<String> sinks = new ArrayList<>(List.of(topics.splits(), topics.runs(), topics.models()));
    sources.forEach(topic -> sinks.add(topics.deadLetter(topic)));
    Topology topology = new Topology();
    topology.addSource(
        "events",
        new StringDeserializer(),
        new StringDeserializer(),
        sources.toArray(String[]::new));
    topology.addProcessor(
        PROCESSOR,
        () -> new ExperimentProcessor(experiments, topics, codec, hooks, live, poison),
        "events");
    topology.addStateStore(
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(STORE), Serdes.String(), Serdes.ByteArray())
            .withCachingEnabled(),
        PROCESSOR);
    for (String sink : sinks) {
      topology.addSink(sink(sink), sink, new StringSerializer(), new StringSerializer(), PROCESSOR);
    }
    return topology;
  }

  /** Name of the sink of a topic. */
  static String sink(String topic) {
    return "to-" + topic;
  }
}

package org.mococxr.orchestrator.streams;

import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * An event of an experiment whose state cannot be read: it is taken in once that can be.
 *
 * @param topic where it came from
 * @param partition of the topic
 * @param offset in the partition
 * @param key of the record
 * @param value of the record
 */
record HeldEvent(String topic, int partition, long offset, String key, String value)
    implements RecordMetadata {}

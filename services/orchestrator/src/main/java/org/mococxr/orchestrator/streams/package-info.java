/**
 * Kafka: the topology that runs the state machine exactly once, its store, the topics, and the
 * producer for what does not come out of the topology.
 */
package org.mococxr.orchestrator.streams;

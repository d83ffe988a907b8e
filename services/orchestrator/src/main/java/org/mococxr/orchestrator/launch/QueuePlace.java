package org.mococxr.orchestrator.launch;

/**
 * Where a run stands that waits for its turn.
 *
 * @param queue what it waits for, for the user: the setting, or the queue of the cluster
 * @param place from 1, which is next
 * @param waiting how many wait there
 */
public record QueuePlace(String queue, int place, int waiting) {}

/**
 * Experiments as resources of Kubernetes: what a user applies becomes the events that REST and
 * Kafka carry, and what becomes of it is told in the resource's status.
 */
package org.mococxr.orchestrator.resource;

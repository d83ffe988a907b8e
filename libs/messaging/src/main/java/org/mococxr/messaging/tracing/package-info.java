/** Traces through services, Kafka and trainers. */
package org.mococxr.messaging.tracing;

/** A single-node Kafka (KRaft) inside this JVM, with its data in a folder. */
package org.mococxr.local.kafka;

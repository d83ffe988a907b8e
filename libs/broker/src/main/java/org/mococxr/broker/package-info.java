/**
 * A single-node Kafka (KRaft) inside this JVM, with its data in a folder: a laptop's and a test's.
 */
package org.mococxr.broker;

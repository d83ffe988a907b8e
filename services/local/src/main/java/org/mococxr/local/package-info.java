/**
 * Everything on one machine: an embedded single-node Kafka and the three services as child
 * processes.
 */
package org.mococxr.local;

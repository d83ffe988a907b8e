/**
 * The one edge to Kafka: how a client connects, which topics there are, how events are sent, and
 * where what cannot be handled goes. What events mean is not known here.
 */
package org.mococxr.messaging;

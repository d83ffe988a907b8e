/**
 * The one edge to Kafka: how a client connects, which topics there are, how events are sent, and
 * where what cannot be handled goes. What events mean is no concern of this package.
 */
package org.mococxr.messaging;

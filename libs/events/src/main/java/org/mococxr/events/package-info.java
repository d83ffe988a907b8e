/**
 * The records that travel on Kafka, the names of the topics, and the CloudEvents codec. No
 * transport and no service logic lives here.
 */
package org.mococxr.events;

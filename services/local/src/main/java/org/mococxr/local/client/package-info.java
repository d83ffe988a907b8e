/** Talking to what runs: commands through Kafka, questions over HTTP. */
package org.mococxr.local.client;

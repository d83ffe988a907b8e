/**
 * The orchestrator service: experiments as a state machine on Kafka Streams, the launcher, the REST
 * API and the dashboard.
 */
package org.mococxr.orchestrator;

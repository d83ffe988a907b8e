/**
 * The life of an experiment as a pure function: a state and an event give the next state and the
 * commands to send. No Kafka, no clock, no input or output lives here.
 */
package org.mococxr.orchestrator.experiment;

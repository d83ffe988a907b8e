/**
 * From an experiment and its split to the runs it takes, with their inputs, options and order. Pure
 * functions; what the options mean is the trainer's business.
 */
package org.mococxr.orchestrator.plan;

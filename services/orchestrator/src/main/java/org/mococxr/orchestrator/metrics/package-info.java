/** What Prometheus sees of experiments and runs. */
package org.mococxr.orchestrator.metrics;

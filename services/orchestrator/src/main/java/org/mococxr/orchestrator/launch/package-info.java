/**
 * What runs a trainer: a port and its two adapters, local processes and Kubernetes Jobs. A launcher
 * is told again and again what is wanted and makes reality match, so that it needs no memory of its
 * own that a crash could lose.
 */
package org.mococxr.orchestrator.launch;

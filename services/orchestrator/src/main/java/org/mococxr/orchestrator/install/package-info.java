/**
 * What the chart runs from the orchestrator's image beside the service, to test an installation. It
 * uses nothing of Quarkus.
 */
package org.mococxr.orchestrator.install;

/**
 * Programs that the chart runs from the orchestrator's image beside the service: before an
 * installation is removed, and to test one. They use nothing of Quarkus.
 */
package org.mococxr.orchestrator.install;

/**
 * Starting the services as processes, watching them, and stopping everything that was started,
 * training processes of the orchestrator included.
 */
package org.mococxr.local.process;

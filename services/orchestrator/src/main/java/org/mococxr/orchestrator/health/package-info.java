/** Whether the service can work. */
package org.mococxr.orchestrator.health;

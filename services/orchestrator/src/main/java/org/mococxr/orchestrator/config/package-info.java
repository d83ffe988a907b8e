/** The service's configuration, documented where it is declared. */
package org.mococxr.orchestrator.config;

/** The service's configuration, documented where it is declared, and the beans that it makes. */
package org.mococxr.orchestrator.config;

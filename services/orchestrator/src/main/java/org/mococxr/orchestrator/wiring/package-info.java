/** Puts the service together from its parts; nothing else in it knows all of them. */
package org.mococxr.orchestrator.wiring;

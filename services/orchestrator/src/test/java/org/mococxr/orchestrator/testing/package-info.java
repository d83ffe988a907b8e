/** A broker, a splitter and a trainer for tests, and the orchestrator as a process of its own. */
package org.mococxr.orchestrator.testing;

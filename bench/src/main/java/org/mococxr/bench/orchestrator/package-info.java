/** The packaged orchestrator with a real broker and trainers that do nothing. */
package org.mococxr.bench.orchestrator;

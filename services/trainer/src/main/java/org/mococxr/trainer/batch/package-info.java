/**
 * Runs that one trainer does, in turn or several at once: each in a child process that does one run
 * after another. What a run does is {@code run}'s.
 */
package org.mococxr.trainer.batch;

/** What is counted and timed of each model. */
package org.mococxr.inference.metrics;

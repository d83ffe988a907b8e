/**
 * Single numbers and curves of one binary task: scores on one side, truth on the other. Pure
 * functions on arrays; anything with resampling or files lives elsewhere.
 */
package org.mococxr.evaluation.metrics;

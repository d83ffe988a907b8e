/** Metrics, intervals, calibration, reports and figures in plain Java; no tensors. */
package org.mococxr.evaluation;

/**
 * How sure a figure is: the bootstrap over studies or patients (one model, many draws, paired
 * differences), DeLong's analytic counterpart, and {@link
 * org.mococxr.evaluation.intervals.IntervalAnalysis}, which does both for a whole experiment.
 */
package org.mococxr.evaluation.intervals;

/**
 * Making probabilities mean what they say: Platt and temperature scaling, fitted on validation
 * predictions and applied at test and in serving, and the reliability curve that shows the effect.
 */
package org.mococxr.evaluation.calibration;

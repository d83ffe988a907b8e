/**
 * From an X-ray to findings, as a person asks for them: decode, the network's view, probabilities
 * against thresholds, heat maps.
 */
package org.mococxr.inference.prediction;

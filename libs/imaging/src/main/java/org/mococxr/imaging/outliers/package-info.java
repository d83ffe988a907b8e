/**
 * Statistics of a validation set's pictures, and the tests that tell whether another picture is
 * like them: upright, not inverted, and of the same kind. They hold sums over many pictures, never
 * one.
 */
package org.mococxr.imaging.outliers;

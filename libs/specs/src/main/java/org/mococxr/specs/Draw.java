package org.mococxr.specs;

/**
 * One labelled subset of the training images.
 *
 * @param name of its manifest, without {@code .csv}
 * @param fraction of the labelled training images, in (0, 1]
 * @param draw its number among the subsets of this fraction, from 0
 */
public record Draw(String name, double fraction, int draw) {}

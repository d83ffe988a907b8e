package org.mococxr.imaging.results;

/**
 * What a result comes from.
 *
 * @param model name of the model
 * @param version of the model
 */
public record ResultSource(String model, String version) {}

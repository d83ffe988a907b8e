package org.mococxr.local.demo;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What the demonstration is asked to do.
 *
 * @param data a folder of real X-rays; empty for phantoms
 * @param settings of the data set and its split, as an experiment has them, over the template's
 * @param task the finding to learn; empty for the template's
 * @param seed of everything random, the phantoms included
 * @param experiment the template, YAML
 * @param phantom options of the phantom generator, YAML
 */
public record DemoOptions(
    Optional<Path> data,
    Map<String, Map<String, Object>> settings,
    Optional<String> task,
    long seed,
    Path experiment,
    Path phantom) {}

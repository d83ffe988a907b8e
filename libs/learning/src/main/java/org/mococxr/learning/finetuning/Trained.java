package org.mococxr.learning.finetuning;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.mococxr.learning.features.Encoder;
import org.mococxr.learning.features.LinearHead;

/**
 * What either mode of training ends with.
 *
 * @param encoder the backbone of the best checkpoint
 * @param encoderWriter puts its files into a folder
 * @param head its head
 * @param validation probabilities {@code [studies][tasks]}, uncalibrated, of the best checkpoint or
 *     the ensemble
 * @param test likewise
 */
record Trained(
    Encoder.Description encoder,
    Consumer<Path> encoderWriter,
    LinearHead head,
    double[][] validation,
    double[][] test) {}

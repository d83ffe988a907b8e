package org.mococxr.inference.model;

import java.util.List;

/**
 * An input or output as the protocol names it.
 *
 * @param name the tensor's name
 * @param datatype the protocol's name of the element type: {@code UINT8}, {@code FP32}
 * @param shape its dimensions, −1 for one that varies
 */
public record TensorSpec(String name, String datatype, List<Long> shape) {}

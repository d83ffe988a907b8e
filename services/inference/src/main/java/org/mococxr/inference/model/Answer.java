package org.mococxr.inference.model;

import java.util.Map;

/**
 * What a network answered.
 *
 * @param outputs by name
 * @param queueNanos from the call to the beginning of its computation
 * @param computeNanos within ONNX Runtime, the copying of tensors included
 */
public record Answer(Map<String, Tensor> outputs, long queueNanos, long computeNanos) {}

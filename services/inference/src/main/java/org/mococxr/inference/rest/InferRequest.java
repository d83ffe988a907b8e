package org.mococxr.inference.rest;

import java.util.List;

/**
 * The protocol's inference request, as far as our networks need it.
 *
 * @param id given back with the answer; null when absent
 * @param inputs the tensors sent
 * @param outputs names of the outputs wanted; empty means all
 */
record InferRequest(String id, List<Input> inputs, List<String> outputs) {

  /**
   * @param name the tensor's name; null when absent
   * @param datatype its element type; null when absent
   * @param shape its dimensions
   * @param data its elements, flattened row-major
   */
  record Input(String name, String datatype, List<Long> shape, byte[] data) {}
}

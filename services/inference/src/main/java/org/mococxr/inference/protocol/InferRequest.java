package org.mococxr.inference.protocol;

import java.util.List;

/**
 * The protocol's inference request, as far as our networks need it.
 *
 * @param id given back with the answer; null when absent
 * @param inputs the tensors sent
 * @param outputs names of the outputs wanted; empty means all
 */
public record InferRequest(String id, List<Input> inputs, List<String> outputs) {

  /**
   * A tensor sent.
   *
   * @param name its name; null when absent
   * @param datatype its element type; null when absent
   * @param shape its dimensions
   * @param data its elements, flattened row-major
   */
  public record Input(String name, String datatype, List<Long> shape, byte[] data) {}
}

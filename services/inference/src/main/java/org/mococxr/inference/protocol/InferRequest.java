package org.mococxr.inference.protocol;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import org.mococxr.foundation.UserErrorException;

/**
 * The protocol's inference request, as far as our networks need it.
 *
 * @param id given back with the answer; null when absent
 * @param inputs the tensors sent
 * @param outputs the outputs wanted; empty means all
 * @param parameters of the request as a whole
 */
public record InferRequest(
    String id, List<Input> inputs, List<Output> outputs, Parameters parameters) {

  /** How many inputs, outputs or dimensions are read before a request is refused. */
  public static final int MOST_ENTRIES = 64;

  /**
   * A tensor sent.
   *
   * @param name its name; null when absent
   * @param datatype its element type; null when absent
   * @param shape its dimensions
   * @param data its elements, flattened row-major; null when absent
   */
  public record Input(String name, String datatype, List<Long> shape, Data data) {}

  /**
   * An output wanted.
   *
   * @param binary whether its values are to follow the JSON as bytes; null when nothing is said
   */
  public record Output(String name, Boolean binary) {}

  /**
   * What a request may say besides.
   *
   * @param priority 1 is served first; 0 stands for the default
   * @param timeoutMicros how long the answer is of use; empty when nothing is said
   * @param binaryOutput whether outputs follow the JSON as bytes unless one says otherwise
   */
  public record Parameters(int priority, OptionalLong timeoutMicros, boolean binaryOutput) {
    /** Nothing said. */
    public static final Parameters NONE = new Parameters(0, OptionalLong.empty(), false);
  }

  /** A tensor's elements in the form in which they came. */
  public sealed interface Data {}

  /** Bytes as they are in memory, little-endian. */
  public record Raw(ByteBuffer bytes) implements Data {}

  /** Numbers that are whole and within 0 to 255. */
  public record Levels(byte[] values) implements Data {}

  /**
   * Numbers of which one at least is not.
   *
   * @param odd says which is not, and what it is
   */
  public record Floats(float[] values, UserErrorException odd) implements Data {}

  /** Elements of type BYTES. */
  public record Files(List<ByteBuffer> contents) implements Data {}
}

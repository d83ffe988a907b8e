package org.mococxr.learning.moco;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.mococxr.foundation.RandomStream;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.engine.FusedUpdates;
import org.mococxr.learning.state.Tensor;

/**
 * The ring buffer of keys, one a row: {@code [K, d]} (the reference keeps the transpose; states are
 * saved in its layout, {@code [d, K]}).
 */
final class Queue implements AutoCloseable {
  private final NDManager manager;
  private final int size;
  private final NDArray rows;
  private int pointer;

  private Queue(NDManager parent, int size, int dimension) {
    this.manager = parent.newSubManager();
    this.size = size;
    this.rows = manager.zeros(new Shape(size, dimension));
  }

  /** Normalised Gaussians. */
  static Queue random(NDManager parent, int size, int dimension, long seed) {
    Queue queue = new Queue(parent, size, dimension);
    RandomStream random = RandomStream.of(seed, "queue");
    float[] values = new float[size * dimension];
    for (int row = 0; row < size; row++) {
      double squares = 0;
      for (int i = 0; i < dimension; i++) {
        double v = random.nextGaussian();
        values[row * dimension + i] = (float) v;
        squares += v * v;
      }
      for (int i = 0; i < dimension; i++) {
        values[row * dimension + i] /= (float) Math.sqrt(squares);
      }
    }
    queue.fill(values);
    return queue;
  }

  /** From the reference's layout, {@code [d, K]}. */
  static Queue restore(NDManager parent, Tensor columns, int pointer) {
    int dimension = (int) columns.shape()[0];
    int size = (int) columns.shape()[1];
    if (pointer < 0 || pointer >= size) {
      throw new UserErrorException(
          "queue_ptr", "the pointer is " + pointer, "in 0 … " + (size - 1));
    }
    Queue queue = new Queue(parent, size, dimension);
    float[] in = columns.toFloats();
    float[] out = new float[in.length];
    for (int d = 0; d < dimension; d++) {
      for (int k = 0; k < size; k++) {
        out[k * dimension + d] = in[d * size + k];
      }
    }
    queue.fill(out);
    queue.pointer = pointer;
    return queue;
  }

  private void fill(float[] values) {
    try (NDManager scratch = manager.newSubManager()) {
      rows.tempAttach(scratch);
      rows.addi(scratch.create(values, rows.getShape()));
    }
  }

  int size() {
    return size;
  }

  int pointer() {
    return pointer;
  }

  /** The rows, for a step to which the queue was lent. */
  NDArray rows() {
    return rows;
  }

  void lend(NDManager step) {
    rows.tempAttach(step);
  }

  /** Overwrites the oldest keys; their number divides K. */
  void enqueue(NDArray keys) {
    int n = (int) keys.getShape().get(0);
    if (size % n != 0) {
      throw new UserErrorException(
          "option queue-size", size + " is not a multiple of the batch of " + n, "change either");
    }
    FusedUpdates.overwrite(rows, pointer, keys);
    pointer = (pointer + n) % size;
  }

  /** The reference's layout, {@code [d, K]}. */
  Tensor columns() {
    try (NDManager scratch = manager.newSubManager()) {
      rows.tempAttach(scratch);
      float[] in = rows.toFloatArray();
      int dimension = (int) rows.getShape().get(1);
      float[] out = new float[in.length];
      for (int d = 0; d < dimension; d++) {
        for (int k = 0; k < size; k++) {
          out[d * size + k] = in[k * dimension + d];
        }
      }
      return Tensor.ofFloats(out, dimension, size);
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}

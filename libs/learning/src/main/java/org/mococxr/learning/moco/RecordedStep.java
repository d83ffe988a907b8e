package org.mococxr.learning.moco;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.IntStream;
import org.mococxr.learning.engine.ImageBatch;
import org.mococxr.learning.engine.Recording;
import org.mococxr.learning.engine.StepInputs;

/**
 * A step of one replica that was recorded with places for all that changes: images, the update's
 * number and the learning rate go in, keys and figures come out.
 */
final class RecordedStep implements AutoCloseable {

  /** A step's work, on places that stay. */
  interface Work {

    /**
     * Computes and updates.
     *
     * @param outcome to be overwritten
     */
    void run(StepInputs inputs, StepOutcome outcome);
  }

  private final NDManager manager;
  private final StepInputs inputs;
  private final StepOutcome outcome;
  private final Recording recording;

  /**
   * Records; nothing is computed yet.
   *
   * @param like a view of the size of all that will come
   */
  RecordedStep(
      NDManager parent,
      ImageBatch like,
      MocoOptions options,
      Recording.Recorder recorder,
      Work work) {
    this.manager = parent.newSubManager();
    this.inputs = new StepInputs(manager, like);
    int passes = options.symmetric() ? 2 : 1;
    this.outcome =
        new StepOutcome(
            zeros(passes, new Shape(like.n(), options.dimension())),
            zeros(passes, new Shape(StepFigures.COUNT)));
    this.recording = recorded(recorder, work);
  }

  private Recording recorded(Recording.Recorder recorder, Work work) {
    try {
      return recorder.record(() -> work.run(inputs, outcome));
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  private List<NDArray> zeros(int count, Shape shape) {
    return IntStream.range(0, count).mapToObj(i -> manager.zeros(shape)).toList();
  }

  /** Whether a batch has the size that was recorded. */
  boolean takes(ImageBatch batch) {
    return batch.n() == inputs.queries().n();
  }

  /** Gives a step to the device; its outcome is overwritten by the next one's. */
  StepOutcome replay(ImageBatch queries, ImageBatch keys, long number, double rate) {
    inputs.set(queries, keys, number, rate);
    recording.replay();
    return outcome;
  }

  @Override
  public void close() {
    recording.close();
    manager.close();
  }
}

package org.mococxr.learning.pretraining;

import java.util.LinkedHashMap;
import java.util.Map;
import org.mococxr.learning.moco.Moco;
import org.mococxr.learning.moco.MocoState;
import org.mococxr.learning.state.StateDict;
import org.mococxr.specs.training.Precision;

/**
 * Where a run stands, beside the tensors.
 *
 * @param step steps done
 * @param epoch that the next step belongs to, from 0
 * @param batch of the epoch that comes next, from 0
 * @param pointer of the queue
 * @param updates of the optimizer
 * @param batchesBefore that the batch norms had seen, beyond those of this run's steps
 * @param precision that the run computes with, since {@code auto} may choose another next time
 */
record Position(
    long step,
    int epoch,
    int batch,
    int pointer,
    long updates,
    long batchesBefore,
    Precision precision) {
  private static final String QUERY = "encoder_q";
  private static final String KEY = "encoder_k";
  private static final String QUEUE = "queue";
  private static final String OPTIMIZER = "optimizer";

  /** The same run, further on. */
  Position at(Moco moco, MocoState state, long step, int epoch, int batch) {
    return new Position(
        step, epoch, batch, state.pointer(), moco.optimizer().steps(), batchesBefore, precision);
  }

  /** The parts of a checkpoint: both encoders, queue and optimizer. */
  static Map<String, StateDict> parts(Moco moco, MocoState state) {
    Map<String, StateDict> parts = new LinkedHashMap<>();
    parts.put(QUERY, state.query());
    parts.put(KEY, state.key());
    parts.put(QUEUE, StateDict.of(Map.of(QUEUE, state.queue())));
    parts.put(OPTIMIZER, moco.optimizer().state());
    return parts;
  }

  MocoState state(Map<String, StateDict> parts) {
    return new MocoState(parts.get(QUERY), parts.get(KEY), parts.get(QUEUE).get(QUEUE), pointer);
  }

  static StateDict moments(Map<String, StateDict> parts) {
    return parts.get(OPTIMIZER);
  }
}

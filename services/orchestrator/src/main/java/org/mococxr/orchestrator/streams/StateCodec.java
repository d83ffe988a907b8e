package org.mococxr.orchestrator.streams;

import java.io.IOException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.mococxr.foundation.Json;
import org.mococxr.orchestrator.experiment.ExperimentState;

/** Experiment states as JSON in the store's changelog; a newer version's fields are ignored. */
public final class StateCodec {
  private StateCodec() {}

  /** Empty values are no state. */
  public static Serde<ExperimentState> serde() {
    return Serdes.serdeFrom(
        (topic, state) -> state == null ? null : write(state),
        (topic, bytes) -> bytes == null ? null : read(bytes));
  }

  private static byte[] write(ExperimentState state) {
    try {
      return Json.LENIENT.writeValueAsBytes(state);
    } catch (IOException e) {
      throw new SerializationException("experiment " + state.id(), e);
    }
  }

  private static ExperimentState read(byte[] bytes) {
    try {
      return Json.LENIENT.readValue(bytes, ExperimentState.class);
    } catch (IOException e) {
      throw new SerializationException("an experiment's state", e);
    }
  }
}

package org.mococxr.learning.engine;

import ai.djl.engine.EngineException;

/** Work that a device was shown once and does again when it is told to. */
public interface Recording extends AutoCloseable {

  /** Gives the work to the device, behind what it was given before. */
  void replay();

  /** Frees what the work uses. */
  @Override
  void close();

  /** Makes recordings. */
  interface Recorder {

    /**
     * Records work; nothing of it is computed yet.
     *
     * @throws EngineException if the device refuses; it computes as before
     */
    Recording record(Runnable work);

    /** What to say when {@link #record} has failed and work is done without it. */
    default void failed(EngineException reason) {}
  }
}

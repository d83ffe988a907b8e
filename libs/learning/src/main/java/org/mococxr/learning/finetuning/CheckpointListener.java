package org.mococxr.learning.finetuning;

import java.nio.file.Path;

/** Receives checkpoints from which a fine-tuning run can be gone on with. */
public interface CheckpointListener {
  /** Nobody listens. */
  CheckpointListener NONE = (folder, step) -> {};

  /**
   * A checkpoint is on disk.
   *
   * @param folder of the checkpoint, below the run's folder
   * @param step optimizer steps so far
   */
  void checkpointed(Path folder, long step);

  /** Something worth knowing, in one sentence. */
  default void note(String text) {}
}

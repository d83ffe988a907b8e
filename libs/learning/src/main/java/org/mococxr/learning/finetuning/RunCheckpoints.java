package org.mococxr.learning.finetuning;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.mococxr.foundation.Folders;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.io.Safetensors;

/**
 * {@code checkpoints/step-<n>/} with {@code model.safetensors}, {@code optimizer.safetensors} and
 * {@code state.json}: there whole or not at all; the last two are kept, so that a torn one has a
 * predecessor.
 */
final class RunCheckpoints {
  private static final int LAST = 2;
  private static final String MODEL = "model.safetensors";
  private static final String OPTIMIZER = "optimizer.safetensors";
  private static final String STATE = "state.json";
  private static final String PREFIX = "step-";

  private final Path folder;
  private final CheckpointListener listener;

  RunCheckpoints(Path runFolder, CheckpointListener listener) {
    this.folder = runFolder.resolve("checkpoints");
    this.listener = listener;
  }

  record Saved(TrainingState state, StateDict model, StateDict optimizer) {}

  void write(Saved saved) {
    Path target = folder.resolve(PREFIX + "%09d".formatted(saved.state.steps()));
    Path beside = folder.resolve(".tmp-" + target.getFileName());
    try {
      Folders.delete(beside);
      Folders.delete(target);
      Safetensors.write(beside.resolve(MODEL), saved.model, Map.of());
      Safetensors.write(beside.resolve(OPTIMIZER), saved.optimizer, Map.of());
      Json.write(beside.resolve(STATE), saved.state);
      Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
      List<Path> all = all();
      for (Path old : all.subList(0, Math.max(0, all.size() - LAST))) {
        Folders.delete(old);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    listener.checkpointed(target, saved.state.steps());
  }

  /** The newest whole checkpoint. */
  Optional<Saved> latest() {
    for (Path candidate : all().reversed()) {
      try {
        return Optional.of(
            new Saved(
                Json.read(candidate.resolve(STATE), TrainingState.class),
                Safetensors.read(candidate.resolve(MODEL)).tensors(),
                Safetensors.read(candidate.resolve(OPTIMIZER)).tensors()));
      } catch (UserErrorException torn) {
        // A machine that lost power may leave a torn one; its predecessor serves as well.
        continue;
      }
    }
    return Optional.empty();
  }

  /** Removes all, once the run has its result. */
  void discard() {
    try {
      Folders.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Path> all() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> list = Files.list(folder)) {
      return list.filter(p -> p.getFileName().toString().startsWith(PREFIX)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

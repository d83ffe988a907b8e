package org.mococxr.learning.pretraining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.mococxr.artifacts.Digests;
import org.mococxr.foundation.Folders;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.engine.Precision;
import org.mococxr.learning.moco.Moco;
import org.mococxr.learning.moco.MocoState;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.Tensor;
import org.mococxr.learning.state.io.Safetensors;

/**
 * Checkpoints of a run: {@code checkpoints/step-<n>/} with both encoders, queue, optimizer and, as
 * their voucher, {@code state.json} with the digest of each file. A folder appears by one rename; a
 * file that does not match its digest makes the folder count as absent.
 */
final class Checkpoints {
  private static final String QUERY = "encoder_q.safetensors";
  private static final String KEY = "encoder_k.safetensors";
  private static final String QUEUE = "queue.safetensors";
  private static final String OPTIMIZER = "optimizer.safetensors";

  private final Path folder;
  private final int kept;
  private final Consumer<String> notes;

  Checkpoints(Path runFolder, int kept, Consumer<String> notes) {
    this.folder = runFolder.resolve("checkpoints");
    this.kept = kept;
    this.notes = notes;
  }

  /**
   * Where the run stands, beside the tensors.
   *
   * @param step steps done
   * @param epoch that the next step belongs to, from 0
   * @param batch of the epoch that comes next, from 0
   * @param pointer of the queue
   * @param updates of the optimizer
   * @param precision that the run computes with, since {@code auto} may choose another next time
   * @param run identity of options and data: another run's checkpoint must not be continued
   * @param permanent never deleted
   * @param digests SHA-256 by file
   */
  record Position(
      long step,
      int epoch,
      int batch,
      int pointer,
      long updates,
      Precision precision,
      String run,
      boolean permanent,
      Map<String, String> digests) {}

  /** A checkpoint in memory. */
  record Saved(Position position, MocoState state, StateDict optimizer) {}

  /** Writes a checkpoint, then deletes what is no longer kept. */
  Path write(Moco moco, long step, int epoch, int batch, String run, boolean permanent) {
    Path target = folder.resolve("step-%08d".formatted(step));
    Path beside = folder.resolve(".step-%08d.tmp".formatted(step));
    try {
      Folders.delete(beside);
      Files.createDirectories(beside);
      MocoState state = moco.state();
      Safetensors.write(beside.resolve(QUERY), state.query(), Map.of());
      Safetensors.write(beside.resolve(KEY), state.key(), Map.of());
      Safetensors.write(
          beside.resolve(QUEUE), StateDict.of(Map.of("queue", state.queue())), Map.of());
      Safetensors.write(beside.resolve(OPTIMIZER), moco.optimizer().state(), Map.of());
      Map<String, String> digests = new LinkedHashMap<>();
      for (String file : List.of(QUERY, KEY, QUEUE, OPTIMIZER)) {
        digests.put(file, Digests.sha256(beside.resolve(file)));
      }
      Json.write(
          beside.resolve("state.json"),
          new Position(
              step,
              epoch,
              batch,
              state.pointer(),
              moco.optimizer().steps(),
              moco.compute().precision(),
              run,
              permanent,
              digests));
      Folders.delete(target);
      Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
      deleteOld();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return target;
  }

  /**
   * The last complete checkpoint of this run.
   *
   * @throws UserErrorException if it is of other options or other data
   */
  Optional<Saved> last(String run) {
    for (Path candidate : folders()) {
      try {
        Position position = Json.read(candidate.resolve("state.json"), Position.class);
        for (var digest : position.digests().entrySet()) {
          if (!Digests.sha256(candidate.resolve(digest.getKey())).equals(digest.getValue())) {
            throw UserErrorException.at(
                candidate.resolve(digest.getKey()), "the file is torn", "an earlier checkpoint");
          }
        }
        if (!position.run().equals(run)) {
          throw new WrongRun(candidate);
        }
        return Optional.of(read(candidate, position));
      } catch (WrongRun e) {
        throw UserErrorException.at(
            candidate,
            "the checkpoint is of other options or other images",
            "give the same ones, or delete the run's folder to start anew");
      } catch (UserErrorException | IOException e) {
        notes.accept("skipping an incomplete checkpoint: " + e.getMessage());
      }
    }
    return Optional.empty();
  }

  private static final class WrongRun extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WrongRun(Path folder) {
      super(folder.toString(), null, false, false);
    }
  }

  private static Saved read(Path candidate, Position position) {
    Tensor queue = Safetensors.read(candidate.resolve(QUEUE)).tensors().get("queue");
    return new Saved(
        position,
        new MocoState(
            Safetensors.read(candidate.resolve(QUERY)).tensors(),
            Safetensors.read(candidate.resolve(KEY)).tensors(),
            queue,
            position.pointer()),
        Safetensors.read(candidate.resolve(OPTIMIZER)).tensors());
  }

  /** Newest first. */
  private List<Path> folders() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(p -> p.getFileName().toString().startsWith("step-"))
          .sorted(Comparator.reverseOrder())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void deleteOld() throws IOException {
    List<Path> all = folders();
    for (Path old : all.subList(Math.min(kept, all.size()), all.size())) {
      if (!Json.read(old.resolve("state.json"), Position.class).permanent()) {
        Folders.delete(old);
      }
    }
  }
}

package org.mococxr.learning.finetuning;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.selection.KeptCheckpoint;
import org.mococxr.learning.selection.Selection;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.io.Safetensors;

/** The files of a run's best models on validation. */
final class KeptModels {
  private final Path folder;
  private final String architecture;
  private final int most;

  KeptModels(Path runFolder, String architecture, int most) {
    this.folder = runFolder;
    this.architecture = architecture;
    this.most = most;
  }

  /** The file of a model, relative to the run's folder. */
  static String name(long images) {
    return Selection.KEPT + "/images-%09d.safetensors".formatted(images);
  }

  /**
   * The best so far, best first; of equals the earlier one comes first. The new one is written if
   * it is among them; files of those that are not are deleted.
   */
  List<KeptCheckpoint> add(
      List<KeptCheckpoint> before, KeptCheckpoint now, Supplier<StateDict> model) {
    List<KeptCheckpoint> all = new ArrayList<>(before);
    all.add(now);
    all.sort(Comparator.comparingDouble(KeptCheckpoint::score).reversed());
    List<KeptCheckpoint> kept = List.copyOf(all.subList(0, Math.min(most, all.size())));
    if (kept.contains(now)) {
      Safetensors.write(
          folder.resolve(now.file()), model.get(), Map.of("architecture", architecture));
    }
    for (KeptCheckpoint dropped : all) {
      if (!kept.contains(dropped)) {
        try {
          Files.deleteIfExists(folder.resolve(dropped.file()));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return kept;
  }

  /** Deletes the files of all. */
  void discard(List<KeptCheckpoint> kept) {
    try {
      for (KeptCheckpoint each : kept) {
        Files.deleteIfExists(folder.resolve(each.file()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A kept model's tensors.
   *
   * @throws UserErrorException if its file is missing
   */
  StateDict read(String file) {
    Path path = folder.resolve(file);
    if (!Files.exists(path)) {
      throw UserErrorException.at(
          path, "this checkpoint is missing", "all kept checkpoints, or a new run");
    }
    return Safetensors.read(path).tensors();
  }
}

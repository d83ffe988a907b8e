package org.mococxr.learning.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mococxr.foundation.AtomicFiles;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.Folders;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.io.Safetensors;

/**
 * Checkpoints of a run: {@code checkpoints/step-<n>/} with a safetensors file for each part and
 * {@code state.json}: where the run stands, and the digest of each file. A folder appears by one
 * rename; one with a file that is missing or does not match its digest counts as absent.
 *
 * @param <S> a record: where the run stands besides its tensors
 */
public final class Checkpoints<S> {
  /** Where they lie in a run's folder. */
  public static final String FOLDER = "checkpoints";

  private static final String STATE = "state.json";
  private static final String SUFFIX = ".safetensors";
  private static final Pattern NAME = Pattern.compile("step-(\\d{1,18})");

  private final Path folder;
  private final Class<S> type;
  private final String run;
  private final int kept;
  private final Consumer<String> notes;

  /**
   * The checkpoints of a run.
   *
   * @param runFolder of this run alone
   * @param run identity of options and data: another run's checkpoint must not be continued
   * @param kept the newest so many are kept
   * @param notes receives checkpoints that are passed over
   */
  public Checkpoints(Path runFolder, Class<S> type, String run, int kept, Consumer<String> notes) {
    this.folder = runFolder.resolve(FOLDER);
    this.type = type;
    this.run = run;
    this.kept = kept;
    this.notes = notes;
  }

  /** A checkpoint in memory; parts by the names that they were written under. */
  public record Saved<S>(S state, Map<String, StateDict> parts) {}

  /** The fields of {@code state.json} beside the state's own. */
  private record Voucher(String run, boolean permanent, Map<String, String> digests) {}

  /**
   * Writes a checkpoint, then deletes those that are no longer kept.
   *
   * @param step of the optimizer; a checkpoint of the same step is replaced
   * @param permanent never deleted
   * @return its folder
   */
  public Path write(long step, S state, Map<String, StateDict> parts, boolean permanent) {
    Path target = folder.resolve("step-%08d".formatted(step));
    try {
      deleteLeftovers();
      Folders.write(target, beside -> fill(beside, state, parts, permanent));
      deleteOld();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return target;
  }

  private void fill(Path beside, S state, Map<String, StateDict> parts, boolean permanent)
      throws IOException {
    Map<String, String> digests = new LinkedHashMap<>();
    for (Map.Entry<String, StateDict> part : parts.entrySet()) {
      String file = part.getKey() + SUFFIX;
      Safetensors.write(beside.resolve(file), part.getValue(), Map.of());
      digests.put(file, Digests.sha256(beside.resolve(file)));
    }
    Map<String, Object> fields = new LinkedHashMap<>(Json.fields(state));
    fields.putAll(Json.fields(new Voucher(run, permanent, digests)));
    Json.write(beside.resolve(STATE), fields);
  }

  /**
   * The newest whole checkpoint of this run.
   *
   * @throws UserErrorException if it is of other options or other data
   */
  public Optional<Saved<S>> latest() {
    for (Path candidate : newestFirst()) {
      Voucher voucher;
      Saved<S> saved;
      try {
        voucher = Json.read(candidate.resolve(STATE), Voucher.class);
        saved = read(candidate, voucher);
      } catch (UserErrorException e) {
        notes.accept("skipping an incomplete checkpoint: " + e.getMessage());
        continue;
      }
      if (!run.equals(voucher.run())) {
        throw UserErrorException.at(
            candidate,
            "the checkpoint is of other options or other data",
            "give the same ones, or delete the run's folder to start anew");
      }
      return Optional.of(saved);
    }
    return Optional.empty();
  }

  private Saved<S> read(Path candidate, Voucher voucher) {
    if (voucher.digests() == null) {
      throw UserErrorException.at(
          candidate.resolve(STATE), "it has no digests", "an earlier checkpoint");
    }
    Map<String, StateDict> parts = new LinkedHashMap<>();
    voucher
        .digests()
        .forEach(
            (file, digest) -> {
              verify(candidate.resolve(file), digest);
              parts.put(
                  file.substring(0, file.length() - SUFFIX.length()),
                  Safetensors.read(candidate.resolve(file)).tensors());
            });
    return new Saved<>(Json.read(candidate.resolve(STATE), type), parts);
  }

  private static void verify(Path file, String digest) {
    try {
      if (!Digests.sha256(file).equals(digest)) {
        throw UserErrorException.at(file, "the file is torn", "an earlier checkpoint");
      }
    } catch (NoSuchFileException e) {
      throw UserErrorException.at(file, "the file is missing", "an earlier checkpoint");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes all, once the run has its result. */
  public void discard() {
    try {
      Folders.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Path> newestFirst() {
    try {
      return children().stream()
          .filter(path -> step(path) >= 0)
          .sorted(Comparator.comparingLong((Path path) -> step(path)).reversed())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long step(Path folder) {
    Matcher name = NAME.matcher(folder.getFileName().toString());
    return name.matches() ? Long.parseLong(name.group(1)) : -1;
  }

  /** What a process that was killed while it wrote a checkpoint has left. */
  private void deleteLeftovers() throws IOException {
    for (Path path : children()) {
      if (AtomicFiles.isLeftover(path)) {
        Folders.delete(path);
      }
    }
  }

  /** One whose state cannot be read is neither counted nor deleted: it may be permanent. */
  private void deleteOld() throws IOException {
    List<Path> whole = new ArrayList<>();
    for (Path candidate : newestFirst()) {
      try {
        boolean permanent = Json.read(candidate.resolve(STATE), Voucher.class).permanent();
        whole.add(candidate);
        if (whole.size() > kept && !permanent) {
          Folders.delete(candidate);
        }
      } catch (UserErrorException e) {
        notes.accept("leaving an incomplete checkpoint: " + e.getMessage());
      }
    }
  }

  private List<Path> children() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.toList();
    }
  }
}

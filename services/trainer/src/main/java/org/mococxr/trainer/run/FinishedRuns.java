package org.mococxr.trainer.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.foundation.AtomicFiles;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.Json;
import org.mococxr.learning.checkpoint.Checkpoints;
import org.mococxr.specs.RunDone;
import org.mococxr.specs.RunIdentity;
import org.mococxr.specs.RunSpec;

/**
 * Finished runs of all experiments of a store, by their identity: {@code
 * <artefacts>/finished/<digest>.json} names the folder. A run whose work another one has done takes
 * over a copy of its result, so that either experiment can be deleted. Only long work is shared,
 * and only between runs with the same options to the last: what a run writes besides its result is
 * then the same too. A run that has begun goes on by itself, and an entry whose run is gone counts
 * for nothing.
 */
final class FinishedRuns {
  /**
   * {@code <artefacts>/experiments/<experiment>/runs/<run>/<work>/}: elsewhere nothing is shared.
   */
  private static final Pattern OUTPUT =
      Pattern.compile("(.*/)experiments/[^/]+/runs/[^/]+/(?:[^/]+/)?");

  private final ArtifactStore store;
  private final RunSpec spec;
  private final RunIdentity identity;
  private final Optional<URI> entry;

  FinishedRuns(ArtifactStore store, RunSpec spec, RunIdentity identity) {
    this.store = store;
    this.spec = spec;
    this.identity = identity;
    Matcher output = OUTPUT.matcher(ArtifactStore.folder(spec.output()).toString());
    this.entry =
        output.matches() && spec.kind().gpu()
            ? Optional.of(
                ArtifactStore.child(
                    URI.create(output.group(1)), "finished/" + identity.digest() + ".json"))
            : Optional.empty();
  }

  /** Names this run as one that has done its work. */
  void add() throws IOException {
    if (entry.isPresent()) {
      byte[] text = Json.line(Map.of("run", spec.output())).getBytes(StandardCharsets.UTF_8);
      store.write(entry.get(), text);
    }
  }

  /**
   * Copies the result of a run that has done the same work, all but its marker.
   *
   * @param folder this run's, on this machine
   * @param attempt of this run
   * @return the marker; empty if none has
   */
  Optional<RunDone> takeOver(Path folder, int attempt) throws IOException {
    boolean begun = Files.exists(folder.resolve(Checkpoints.FOLDER));
    if (begun || entry.isEmpty() || !store.exists(entry.get())) {
      return Optional.empty();
    }
    try {
      JsonNode named = Json.MAPPER.readTree(store.readBytes(entry.get()));
      URI source = ArtifactStore.folder(URI.create(named.path("run").asText()));
      URI marker = ArtifactStore.child(source, RunDone.FILE);
      if (source.equals(ArtifactStore.folder(spec.output())) || !store.exists(marker)) {
        return Optional.empty();
      }
      byte[] text = store.readBytes(marker);
      RunDone done = RunDone.parse(new String(text, StandardCharsets.UTF_8), marker.toString());
      if (done.identity() == null
          || !identity.differencesFrom(done.identity()).isEmpty()
          || !sameOptions(ArtifactStore.child(source, "spec.json"))) {
        return Optional.empty();
      }
      copy(source, folder);
      AtomicFiles.write(folder.resolve("spec.json"), spec.toJson());
      RunDone.Origin origin = new RunDone.Origin(source, Digests.sha256(text));
      return Optional.of(done.takenOverBy(spec, attempt, origin));
    } catch (NoSuchFileException deletedMeanwhile) {
      return Optional.empty();
    }
  }

  private boolean sameOptions(URI file) throws IOException {
    String text = new String(store.readBytes(file), StandardCharsets.UTF_8);
    RunSpec theirs = RunSpec.parse(text, file.toString());
    return new RunIdentity(spec.kind(), spec.seed(), spec.options(), Map.of())
        .differencesFrom(new RunIdentity(spec.kind(), spec.seed(), theirs.options(), Map.of()))
        .isEmpty();
  }

  private void copy(URI source, Path folder) throws IOException {
    for (URI object : store.content(source)) {
      String name = source.relativize(object).getPath();
      if (ResultFiles.isResult(name)) {
        Path target = folder.resolve(name);
        Files.createDirectories(target.getParent());
        store.copyTo(object, target);
      }
    }
  }
}

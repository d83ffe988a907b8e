package org.mococxr.splitter.split;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.artifacts.Retry;
import org.mococxr.artifacts.RetryingArtifactStore;
import org.mococxr.datasets.splitting.SplitSummary;
import org.mococxr.datasets.splitting.Splitting;
import org.mococxr.foundation.Folders;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.Draw;
import org.mococxr.specs.data.SplitRecipe;

/**
 * Makes a split in the artefact store: in place where the store is this machine's file system,
 * otherwise in a temporary folder that is published with split.json last. Each split has a folder
 * named by its recipe and its data; one that is there already is announced and not made again.
 */
@ApplicationScoped
public class SplitWork {

  /**
   * Where everything lies in the artefact store.
   *
   * @param split split.json
   * @param manifests by name
   * @param counts images per manifest
   * @param draws which manifests are labelled subsets
   * @param reused an earlier request had made it
   */
  public record Announced(
      URI split,
      Map<String, URI> manifests,
      Map<String, Long> counts,
      List<Draw> draws,
      boolean reused) {}

  /**
   * @param output the folder in which the split gets a folder of its own, named by its recipe and
   *     its data: another recipe or other data never touch it
   * @throws UserErrorException for wrong data
   * @throws IOException if the store fails, and goes on failing for a minute
   */
  public Announced run(SplitRecipe recipe, URI output, Progress progress) throws IOException {
    URI folder = ArtifactStore.folder(output);
    try (ArtifactStore store =
        new RetryingArtifactStore(ArtifactStore.open(folder), Retry.forAMinute())) {
      return run(recipe, folder, store, progress);
    }
  }

  /** As above, in a store that is open and patient. */
  Announced run(SplitRecipe recipe, URI parent, ArtifactStore store, Progress progress)
      throws IOException {
    Optional<Path> inPlace = store.local(parent);
    Path temporary = Files.createTempDirectory("mococxr-split-");
    try {
      Splitting split = Splitting.of(recipe, inPlace.orElse(temporary), progress);
      URI folder = ArtifactStore.folder(ArtifactStore.child(parent, split.name()));
      if (inPlace.isPresent()) {
        Path target = inPlace.get().resolve(split.name());
        return announce(recipe, folder, split.into(target, progress));
      }
      if (store.exists(ArtifactStore.child(folder, Splitting.FILE))) {
        store.fetch(folder, temporary);
      }
      SplitSummary summary = split.into(temporary, progress);
      if (!summary.reused()) {
        store.publish(temporary, folder, Splitting.FILE);
      }
      return announce(recipe, folder, summary);
    } finally {
      Folders.delete(temporary);
    }
  }

  private static Announced announce(SplitRecipe recipe, URI folder, SplitSummary summary) {
    Map<String, URI> manifests = new LinkedHashMap<>();
    summary
        .manifests()
        .forEach(
            (name, file) ->
                manifests.put(name, ArtifactStore.child(folder, file.getFileName().toString())));
    Path named = recipe.data().rootPath().toAbsolutePath().normalize();
    if (!recipe.data().more().isEmpty() || !summary.root().equals(named)) {
      // Paths are relative to another folder than the user named: to the one that holds all data
      // sets, or to the parent of CheXpert's, whose name its paths begin with.
      manifests.put("root", summary.root().toUri());
    }
    List<Draw> draws =
        recipe.wanted().stream().filter(draw -> manifests.containsKey(draw.name())).toList();
    return new Announced(
        ArtifactStore.child(folder, Splitting.FILE),
        manifests,
        summary.counts(),
        draws,
        summary.reused());
  }
}

package org.mococxr.orchestrator.plan;

import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.ExperimentSpec;

/** Where the runs of an experiment find the images and the manifests of its split. */
final class InputPlaces {
  private static final List<String> PARTS = List.of("train", "valid", "test");

  private final Map<String, URI> manifests;
  private final URI root;

  /**
   * @throws UserErrorException if the split lacks a part
   */
  InputPlaces(ExperimentSpec spec, Map<String, URI> manifests) {
    for (String part : PARTS) {
      if (!manifests.containsKey(part)) {
        throw new UserErrorException(
            "split", "no " + part + " images", "the recipe must give train, valid and test");
      }
    }
    this.manifests = manifests;
    // The folder that paths in manifests are relative to: the splitter's word, else the user's.
    this.root = manifests.containsKey("root") ? manifests.get("root") : uri(spec.data().root());
  }

  /** The images and the three parts, and what else a run reads. */
  Map<String, URI> with(Map<String, URI> own) {
    Map<String, URI> inputs = new LinkedHashMap<>();
    inputs.put("root", root);
    PARTS.forEach(part -> inputs.put(part, manifests.get(part)));
    inputs.putAll(own);
    return inputs;
  }

  /** A manifest of the split, or another where it has none of that name. */
  URI manifest(String name, String otherwise) {
    return manifests.getOrDefault(name, manifests.get(otherwise));
  }

  /** A path is on this machine. */
  static URI uri(String text) {
    return text.matches("[a-z0-9]+:/.*")
        ? URI.create(text)
        : URI.create("file://" + Path.of(text).toAbsolutePath().normalize().toUri().getRawPath());
  }
}

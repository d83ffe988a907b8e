package org.mococxr.trainer.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.datasets.manifest.ImageListing;
import org.mococxr.datasets.splitting.Splitting;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.Json;
import org.mococxr.specs.RunDone;
import org.mococxr.specs.RunSpec;

/**
 * SHA-256 of the content of every input of a run, wherever it lies. Of a file it is that of its
 * bytes; of a finished run or split that of its marker ({@value RunDone#FILE}, which is written
 * anew with every result; {@value Splitting#FILE}, which is the same for the same split, whenever
 * it was made); of another folder that of its list of files with their digests. The folder of the
 * images is told by the list of images that the split recorded, their names and sizes: nobody
 * hashes a terabyte before every run.
 */
final class InputDigests {
  /** The folder that paths in manifests are relative to. */
  private static final String ROOT = "root";

  private static final List<String> MANIFESTS = List.of("pretrain", "train", "valid", "test");

  private final RunSpec spec;
  private final Inputs inputs;

  /** Of what was read already: manifests are asked for twice, and split.json by each of them. */
  private final Map<URI, String> read = new HashMap<>();

  private final Map<URI, JsonNode> splits = new HashMap<>();

  private InputDigests(RunSpec spec, Inputs inputs) {
    this.spec = spec;
    this.inputs = inputs;
  }

  /**
   * By role.
   *
   * @throws org.mococxr.foundation.UserErrorException if an input is not there
   */
  static Map<String, String> of(RunSpec spec, Inputs inputs) {
    InputDigests digests = new InputDigests(spec, inputs);
    Map<String, String> all = new TreeMap<>();
    spec.inputs()
        .forEach(
            (role, uri) ->
                all.put(
                    role,
                    inputs.reading(
                        role, () -> role.equals(ROOT) ? digests.images() : digests.of(uri))));
    return all;
  }

  private String of(URI uri) throws IOException {
    ArtifactStore store = inputs.storeOf(uri);
    Optional<Path> local = store.local(uri);
    boolean file =
        local.isPresent() ? Files.isRegularFile(local.get()) : !uri.getPath().endsWith("/");
    if (file) {
      return digest(store, uri);
    }
    for (String marker : List.of(Splitting.FILE, RunDone.FILE)) {
      URI object = ArtifactStore.child(uri, marker);
      if (store.exists(object)) {
        return marker.equals(RunDone.FILE) ? ofRun(store, object) : store.digest(object);
      }
    }
    URI folder = ArtifactStore.folder(uri);
    StringBuilder list = new StringBuilder();
    for (URI object : store.content(folder)) {
      list.append(store.digest(object)).append("  ").append(folder.relativize(object)).append('\n');
    }
    if (list.isEmpty()) {
      throw new NoSuchFileException(uri.toString());
    }
    return Digests.sha256(list.toString());
  }

  /** Of a run's marker; of a result that was taken over, the digest of the run that made it. */
  private static String ofRun(ArtifactStore store, URI marker) throws IOException {
    byte[] text = store.readBytes(marker);
    String origin = Json.MAPPER.readTree(text).path("origin").path("digest").asText();
    return origin.isEmpty() ? Digests.sha256(text) : origin;
  }

  /** Of the images, as the splits of the manifests recorded them, else by their list. */
  private String images() throws IOException {
    TreeSet<String> recorded = new TreeSet<>();
    List<Path> unrecorded = new ArrayList<>();
    for (String role : MANIFESTS) {
      URI manifest = spec.inputs().get(role);
      if (manifest != null) {
        Optional<String> listing = recorded(manifest);
        listing.ifPresentOrElse(
            recorded::add, () -> unrecorded.add(inputs.get(role).orElseThrow()));
      }
    }
    if (!unrecorded.isEmpty()) {
      recorded.add(ImageListing.ofManifests(unrecorded, inputs.get(ROOT).orElseThrow()));
    }
    return Digests.sha256(String.join("\n", recorded));
  }

  /** What the split.json beside a manifest says of its images, if it is that split's manifest. */
  private Optional<String> recorded(URI manifest) throws IOException {
    ArtifactStore store = inputs.storeOf(manifest);
    URI marker = manifest.resolve(Splitting.FILE);
    if (!store.exists(marker)) {
      return Optional.empty();
    }
    JsonNode split = splits.get(marker);
    if (split == null) {
      split = Json.MAPPER.readTree(store.readBytes(marker));
      splits.put(marker, split);
    }
    String digest = digest(store, manifest);
    for (JsonNode part : split.path("parts")) {
      if (part.path("sha256").asText().equals(digest) && split.hasNonNull("imagesDigest")) {
        return Optional.of(split.path("imagesDigest").asText());
      }
    }
    return Optional.empty();
  }

  private String digest(ArtifactStore store, URI uri) throws IOException {
    String digest = read.get(uri);
    if (digest == null) {
      digest = store.digest(uri);
      read.put(uri, digest);
    }
    return digest;
  }
}

package org.mococxr.learning.features;

import java.nio.file.Path;
import java.util.List;
import org.mococxr.foundation.UserErrorException;

/**
 * Whose features are computed under which encoder.
 *
 * @param encoder folder or file of an encoder of ours
 * @param weights of others: {@code .pth}, {@code .pth.tar}, {@code .safetensors}, {@code .npz}
 * @param root folder that the manifests' paths are relative to
 * @param train manifest of all labelled training images; may be null
 * @param valid manifest; may be null
 * @param test manifest; may be null
 * @param cache folder of the pixel cache; the run's folder by default
 * @param architecture of a random encoder, or of {@code weights} that do not say
 * @param initialisation name for the record
 * @param tasks whose labels go into {@code labels.npy}; by default all that the first manifest has
 * @param image size, geometry, normalisation; what is not given is the encoder's
 * @param threads of the engine; 0 for its own choice
 * @param seed of a random encoder
 */
public record EmbedOptions(
    Path encoder,
    Path weights,
    Path root,
    Path train,
    Path valid,
    Path test,
    Path cache,
    String architecture,
    String initialisation,
    List<String> tasks,
    ImageOptions image,
    Integer threads,
    Long seed) {

  /** Fills in defaults and checks what can be checked without data. */
  public EmbedOptions {
    if (root == null || (train == null && valid == null && test == null)) {
      throw new UserErrorException(
          "embedding", "the root or every manifest is missing", "root and train, valid or test");
    }
    if (encoder == null && weights == null && architecture == null) {
      throw new UserErrorException(
          "encoder", "there is none", "an encoder, weights, or an architecture to draw by chance");
    }
    tasks = tasks == null ? List.of() : List.copyOf(tasks);
    image = image == null ? ImageOptions.DEFAULT : image;
    threads = threads == null ? 0 : threads;
    seed = seed == null ? 0L : seed;
  }
}

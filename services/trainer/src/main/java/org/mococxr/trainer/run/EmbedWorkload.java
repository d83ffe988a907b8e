package org.mococxr.trainer.run;

import java.util.LinkedHashMap;
import java.util.Map;
import org.mococxr.learning.features.EmbedOptions;
import org.mococxr.learning.features.Embedding;
import org.mococxr.learning.features.FeatureStore;

/**
 * Writes the encoder that an initialisation starts from — pretrained, imported or random — and the
 * features of every labelled image under it, so that linear probes need no forward pass.
 */
final class EmbedWorkload implements Workload {

  @Override
  public Outcome run(RunContext context) {
    EmbedOptions options =
        context.options(context.withInputs("encoder", "weights", "onnx"), EmbedOptions.class);
    FeatureStore store = Embedding.run(options, context.folder(), context.reporter());
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("images", (double) store.description().images());
    figures.put("dimension", (double) store.description().dimension());
    return new Outcome.Done(figures);
  }
}

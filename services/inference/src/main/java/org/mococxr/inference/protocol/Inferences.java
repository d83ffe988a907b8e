package org.mococxr.inference.protocol;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.mococxr.inference.config.InferenceConfig;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.model.ServedModel;
import org.mococxr.inference.model.Tensor;

/** Answers requests, however they came. */
@Singleton
public final class Inferences {
  private final ModelRepository models;
  private final InferenceConfig.Limits limits;
  private final MeterRegistry metrics;

  /** Answers with the models of {@code models}, within {@code config}'s limits. */
  public Inferences(ModelRepository models, InferenceConfig config, MeterRegistry metrics) {
    this.models = models;
    this.limits = config.limits();
    this.metrics = metrics;
  }

  /**
   * @param version any when empty
   */
  public Inference infer(String name, Optional<String> version, InferRequest request) {
    try (ModelRepository.Lease lease = models.lease(name, version)) {
      ServedModel model = lease.model();
      Batch batch = Batch.of(request, model, limits.batch());
      Map<String, Tensor> tensors = model.infer(batch.pixels(), batch.count(), batch.wanted());
      metrics.counter("mococxr.inference.images", "model", name).increment(batch.count());
      List<Tensor> outputs =
          model.outputs().stream()
              .map(spec -> tensors.get(spec.name()))
              .filter(Objects::nonNull)
              .toList();
      return new Inference(
          model.description().name(),
          model.description().version(),
          model.digest(),
          request.id(),
          outputs);
    }
  }
}

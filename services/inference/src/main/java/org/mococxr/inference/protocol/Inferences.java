package org.mococxr.inference.protocol;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.mococxr.inference.bundle.InputGeometry;
import org.mococxr.inference.config.InferenceConfig;
import org.mococxr.inference.metrics.ModelMetrics;
import org.mococxr.inference.model.Answer;
import org.mococxr.inference.model.Call;
import org.mococxr.inference.model.Deadline;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.model.Precedence;
import org.mococxr.inference.model.ServedModel;
import org.mococxr.inference.model.Tensor;
import org.mococxr.inference.model.Trials;
import org.mococxr.inference.prediction.Decoding;

/** Answers requests, however they came. */
@Singleton
public final class Inferences {

  /** Reads a request from its wire. */
  @FunctionalInterface
  public interface Reader {
    /**
     * @param mostNumbers elements that a tensor can have
     */
    InferRequest read(long mostNumbers);
  }

  private final Trials models;
  private final InferenceConfig.Limits limits;
  private final Decoding decoding;
  private final ModelMetrics metrics;
  private final Precedence precedence;

  /** Answers with the models of {@code models}, within {@code config}'s limits. */
  public Inferences(
      Trials models,
      InferenceConfig config,
      Decoding decoding,
      ModelMetrics metrics,
      Precedence precedence) {
    this.models = models;
    this.precedence = precedence;
    this.limits = config.limits();
    this.decoding = decoding;
    this.metrics = metrics;
  }

  /**
   * @param version any when empty
   * @param patience how long the client waits, when it says so
   * @param reader reads the request once the model is known
   */
  public Inference infer(
      String name, Optional<String> version, Optional<Duration> patience, Reader reader) {
    long begin = System.nanoTime();
    Optional<ModelMetrics.Key> known = Optional.empty();
    try (ModelRepository.Lease lease = models.leaseForTensors(name, version);
        Precedence.Request first = precedence.request()) {
      ServedModel model = lease.model();
      known =
          Optional.of(
              new ModelMetrics.Key(model.description().name(), model.description().version()));
      return infer(model, known.get(), patience, reader, begin);
    } catch (RuntimeException e) {
      metrics.failure(known, Failure.of(e).reason(), System.nanoTime() - begin);
      throw e;
    }
  }

  private Inference infer(
      ServedModel model,
      ModelMetrics.Key key,
      Optional<Duration> patience,
      Reader reader,
      long begin) {
    Deadline deadline = Deadline.in(limits.longestWait());
    if (patience.isPresent()) {
      deadline = deadline.orIn(patience.get());
    }
    InputGeometry geometry = model.description().geometry();
    int mostImages = geometry.mostImages(limits.batch());
    InferRequest request = reader.read((long) mostImages * geometry.pixels());
    if (request.parameters().timeoutMicros().isPresent()) {
      long micros = request.parameters().timeoutMicros().getAsLong();
      deadline = deadline.orIn(Duration.of(micros, ChronoUnit.MICROS));
    }
    long decodeBegin = System.nanoTime();
    Batch batch = Batch.of(request, model, mostImages, decoding, deadline);
    long decode = batch.decoded() ? System.nanoTime() - decodeBegin : 0;
    Answer answer =
        model.infer(
            new Call(
                batch.pixels(),
                batch.count(),
                batch.wanted(),
                deadline,
                request.parameters().priority()));
    List<Tensor> outputs =
        batch.wanted().stream().map(output -> answer.outputs().get(output)).toList();
    metrics.success(
        key,
        new ModelMetrics.Times(
            batch.count(),
            System.nanoTime() - begin,
            answer.queueNanos(),
            decode,
            answer.computeNanos()));
    return new Inference(
        model.description().name(),
        model.description().version(),
        model.digest(),
        request,
        outputs);
  }
}

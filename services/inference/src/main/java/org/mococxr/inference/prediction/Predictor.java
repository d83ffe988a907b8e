package org.mococxr.inference.prediction;

import static org.mococxr.inference.model.ServedModel.DISTANCE;
import static org.mococxr.inference.model.ServedModel.HEATMAPS;
import static org.mococxr.inference.model.ServedModel.PROBABILITIES;

import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.bundle.InputGeometry;
import org.mococxr.inference.bundle.ModelDescription;
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
import org.mococxr.inference.quality.Feedback;

/** Answers a person's question about X-rays. */
@Singleton
public final class Predictor {
  private final Trials models;
  private final Decoding decoding;
  private final InferenceConfig.Limits limits;
  private final ModelMetrics metrics;
  private final Feedback feedback;
  private final Precedence precedence;

  /** Answers with the models of {@code models}, within {@code config}'s limits. */
  public Predictor(
      Trials models,
      Decoding decoding,
      InferenceConfig config,
      ModelMetrics metrics,
      Feedback feedback,
      Precedence precedence) {
    this.feedback = feedback;
    this.precedence = precedence;
    this.models = models;
    this.decoding = decoding;
    this.limits = config.limits();
    this.metrics = metrics;
  }

  /** All images of a request and what the network says of them. */
  private record Computed(ServedModel model, List<SeenImage> images, Answer answer) {}

  /**
   * @param model the model's name
   * @param files at least one
   */
  public Prediction predict(String model, List<XrayFile> files, HeatMaps heatMaps) {
    Set<String> wanted =
        heatMaps == HeatMaps.NONE
            ? Set.of(PROBABILITIES, DISTANCE)
            : Set.of(PROBABILITIES, DISTANCE, HEATMAPS);
    Prediction prediction =
        compute(model, files, wanted, computed -> prediction(computed, heatMaps));
    remember(prediction);
    return prediction;
  }

  /**
   * Decodes an image for a model that the caller holds, behind all requests.
   *
   * @throws UserErrorException when it is not a whole picture within the limits
   */
  public SeenImage see(ServedModel model, XrayFile file, Deadline deadline)
      throws InterruptedException {
    return precedence.behind(() -> seen(model, file, deadline));
  }

  private SeenImage seen(ServedModel model, XrayFile file, Deadline deadline) {
    return SeenImage.of(file, decoding, model.description().geometry(), deadline);
  }

  /**
   * What images show, by a model that the caller holds, behind all requests. Such work is no
   * request: neither the metrics of requests nor {@link #remember feedback} know of it.
   *
   * @param images at least one
   */
  public Prediction answer(ServedModel model, List<SeenImage> images, Deadline deadline)
      throws InterruptedException {
    Set<String> wanted = Set.of(PROBABILITIES, DISTANCE);
    return precedence.behind(
        () ->
            prediction(computed(model, images, wanted, deadline, Call.PRIORITIES), HeatMaps.NONE));
  }

  /** Has feedback take labels for an answer. */
  public void remember(Prediction prediction) {
    prediction
        .studies()
        .forEach(
            study ->
                feedback.answered(
                    prediction.model(),
                    prediction.version(),
                    prediction.provenance().bundle(),
                    study.id(),
                    study.findings().stream()
                        .collect(Collectors.toMap(Finding::task, Finding::probability))));
  }

  /** The network's view of the X-ray with one task's evidence painted over it, a PNG. */
  public byte[] heatMap(String model, Optional<String> task, XrayFile file) {
    return compute(
        model,
        List.of(file),
        Set.of(HEATMAPS),
        computed -> {
          List<String> tasks = computed.model().description().tasks();
          int column = tasks.indexOf(task.orElse(tasks.getFirst()));
          if (column < 0) {
            throw new UserErrorException(
                "parameter task", "is " + task.get(), "model " + model + " finds " + tasks);
          }
          return Evidence.painted(
              computed.answer().outputs().get(HEATMAPS),
              0,
              column,
              computed.images().getFirst().view().pixels());
        });
  }

  /** Makes an answer of what was computed. */
  @FunctionalInterface
  private interface Use<T> {
    T of(Computed computed);
  }

  private <T> T compute(String name, List<XrayFile> files, Set<String> wanted, Use<T> use) {
    long begin = System.nanoTime();
    Deadline deadline = Deadline.in(limits.longestWait());
    requireAtMost(limits.batch(), files.size());
    try (ModelRepository.Lease lease = models.lease(name, Optional.empty());
        Precedence.Request first = precedence.request()) {
      ServedModel model = lease.model();
      if (wanted.contains(HEATMAPS) && !model.has(HEATMAPS)) {
        throw new UserErrorException(
            "model " + name, "was exported without heat maps", "ask without them");
      }
      long decodeBegin = System.nanoTime();
      List<SeenImage> images = new ArrayList<>();
      for (XrayFile file : files) {
        images.add(seen(model, file, deadline));
      }
      long decode = System.nanoTime() - decodeBegin;
      Computed computed = computed(model, images, wanted, deadline, 0);
      T answer = use.of(computed);
      metrics.success(
          new ModelMetrics.Key(model.description().name(), model.description().version()),
          new ModelMetrics.Times(
              images.size(),
              System.nanoTime() - begin,
              computed.answer().queueNanos(),
              decode,
              computed.answer().computeNanos()));
      return answer;
    }
  }

  private static void requireAtMost(int most, int images) {
    if (images > most) {
      throw new UserErrorException("request", "has " + images + " images", "at most " + most);
    }
  }

  private static Computed computed(
      ServedModel model,
      List<SeenImage> images,
      Set<String> wanted,
      Deadline deadline,
      int priority) {
    InputGeometry geometry = model.description().geometry();
    requireAtMost(geometry.mostImages(images.size()), images.size());
    ByteBuffer pixels = ByteBuffer.allocate(images.size() * geometry.pixels());
    images.forEach(image -> pixels.put(image.view().pixels().pixels()));
    Set<String> outputs = new LinkedHashSet<>(wanted);
    if (!model.has(DISTANCE)) {
      outputs.remove(DISTANCE); // an older bundle
    }
    Call call = new Call(pixels.flip(), images.size(), outputs, deadline, priority);
    return new Computed(model, images, model.infer(call));
  }

  private Prediction prediction(Computed computed, HeatMaps heatMaps) {
    Map<String, List<Integer>> studies = new LinkedHashMap<>();
    for (int i = 0; i < computed.images().size(); i++) {
      studies.computeIfAbsent(computed.images().get(i).study(), key -> new ArrayList<>()).add(i);
    }
    List<Prediction.Study> answered = new ArrayList<>();
    studies.forEach(
        (study, images) ->
            answered.add(
                new Prediction.Study(
                    study,
                    id(computed, images),
                    findings(computed, images, heatMaps),
                    images.stream().map(i -> image(computed, i, heatMaps)).toList())));
    ServedModel model = computed.model();
    boolean oneImage = computed.images().size() == 1;
    return new Prediction(
        model.description().name(),
        model.description().version(),
        provenance(computed),
        oneImage ? answered.getFirst().images().getFirst() : null,
        answered.size() == 1 ? answered.getFirst().findings() : null,
        answered,
        List.of(Prediction.RESEARCH));
  }

  private static Prediction.Provenance provenance(Computed computed) {
    String bundle = computed.model().digest();
    String network = computed.model().description().networkDigest();
    List<Integer> all = IntStream.range(0, computed.images().size()).boxed().toList();
    return new Prediction.Provenance(bundle, network, id(computed, all));
  }

  private static String id(Computed computed, List<Integer> images) {
    StringBuilder digests = new StringBuilder(computed.model().digest());
    digests.append(computed.model().description().networkDigest());
    images.forEach(image -> digests.append(computed.images().get(image).sha256()));
    return Digests.sha256(digests.toString());
  }

  private Prediction.Image image(Computed computed, int index, HeatMaps heatMaps) {
    SeenImage seen = computed.images().get(index);
    ModelDescription model = computed.model().description();
    Tensor distance = computed.answer().outputs().get(DISTANCE);
    List<ImageChecks.Warning> warnings =
        ImageChecks.warnings(
            seen.view(),
            model,
            seen.header(),
            distance == null
                ? OptionalDouble.empty()
                : OptionalDouble.of(distance.values()[index]));
    warnings.forEach(warning -> metrics.warned(model.name(), warning.kind()));
    return new Prediction.Image(
        seen.name(),
        seen.view().width(),
        seen.view().height(),
        seen.sha256(),
        heatMaps == HeatMaps.LAYERS ? Evidence.view(seen.view().pixels()) : null,
        warnings.stream().map(ImageChecks.Warning::text).toList());
  }

  private static List<Finding> findings(
      Computed computed, List<Integer> images, HeatMaps heatMaps) {
    float[] probabilities = computed.answer().outputs().get(PROBABILITIES).values();
    double[] joined = StudyProbabilities.of(computed.model().description(), probabilities, images);
    List<String> tasks = computed.model().description().tasks();
    List<Finding> findings = new ArrayList<>();
    for (int task = 0; task < tasks.size(); task++) {
      int best = images.getFirst();
      for (int image : images) {
        if (probabilities[image * tasks.size() + task]
            > probabilities[best * tasks.size() + task]) {
          best = image;
        }
      }
      String name = tasks.get(task);
      double probability = joined[task];
      double threshold = computed.model().description().threshold(name);
      SeenImage seen = computed.images().get(best);
      boolean positive = probability >= threshold;
      boolean drawn = positive || heatMaps != HeatMaps.PAINTED_IF_PRESENT;
      findings.add(
          new Finding(
              name,
              probability,
              threshold,
              positive,
              computed.model().description().document().path("metrics").path(name).get("auroc"),
              seen.name(),
              Evidence.of(
                  drawn ? heatMaps : HeatMaps.NONE,
                  computed.answer().outputs().get(HEATMAPS),
                  best,
                  task,
                  seen.view().pixels())));
    }
    return findings;
  }
}

package org.mococxr.inference.quality;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.runtime.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.config.InferenceConfig;
import org.mococxr.inference.config.NotConfiguredException;
import org.mococxr.inference.metrics.ModelMetrics;

/**
 * Remembers what was answered until the truth is known, by the answer's id alone: neither images
 * nor a field of a header. Off unless a folder is configured; one that cannot be used ends the
 * start, since whoever configured it is there to read the message. Safe for use by many threads.
 */
@Startup
@Singleton
public final class Feedback {
  private static final Logger LOG = Logger.getLogger(Feedback.class);

  /** Reading lists the folder, which takes milliseconds where it is a network's. */
  private static final long FOLLOW_NANOS = Duration.ofSeconds(1).toNanos();

  private final Optional<Journal> journal;
  private final ModelMetrics metrics;
  private final Labels labels;
  private final LongSupplier nanos;

  /** When an answer or a gauge last led to reading what all replicas wrote; 0 before the first. */
  private long followed;

  /** Whether this replica has written what it has not read. */
  private boolean behind;

  /** Remembers in the folder of {@code config}, and knows what is there. */
  @Inject
  public Feedback(InferenceConfig config, ModelMetrics metrics) {
    this(config, metrics, System::nanoTime);
  }

  /**
   * @param nanos a clock that only goes forward
   */
  Feedback(InferenceConfig config, ModelMetrics metrics, LongSupplier nanos) {
    this.nanos = nanos;
    InferenceConfig.Feedback settings = config.feedback();
    this.metrics = metrics;
    this.labels = new Labels(settings.answers());
    this.journal = settings.folder().map(folder -> open(folder, settings.size().asLongValue()));
    refresh();
  }

  private static Journal open(Path folder, long bytes) {
    try {
      return new Journal(folder, bytes);
    } catch (IOException e) {
      throw FileErrors.writing(
          folder, e, "mococxr.inference.feedback.folder is to name a folder that can be written");
    }
  }

  /**
   * Remembers an answer. An answer is worth more than its remembrance: a failure is logged and
   * counted, and the answer goes out.
   *
   * @param bundle SHA-256 that tells the version from others of the same name
   * @param id of the answer for one study
   * @param probabilities by task
   */
  public synchronized void answered(
      String model, String version, String bundle, String id, Map<String, Double> probabilities) {
    if (journal.isEmpty()) {
      return;
    }
    ObjectNode line = Json.MAPPER.createObjectNode();
    line.put("answer", id).put("model", model).put("version", version).put("bundle", bundle);
    line.set("probabilities", Json.MAPPER.valueToTree(probabilities));
    try {
      append(journal.get(), line);
    } catch (IOException e) {
      metrics.feedbackLost(model);
      LOG.errorf("the answer %s cannot be remembered for feedback: %s", id, e);
      return;
    }
    if (!isDue()) {
      return;
    }
    try {
      follow(journal.get());
    } catch (IOException e) {
      LOG.warnf("the feedback cannot be read now and will be read later: %s", e);
    }
  }

  private void append(Journal open, ObjectNode line) throws IOException {
    behind = true;
    open.append(line.toString());
  }

  /** Whether the time since an answer or a gauge led to reading is over. */
  private boolean isDue() {
    long now = nanos.getAsLong();
    if (followed != 0 && now - followed < FOLLOW_NANOS) {
      return false;
    }
    followed = now;
    return true;
  }

  private void follow(Journal open) throws IOException {
    behind = true; // until it is read whole
    open.follow(this::take);
    behind = false;
  }

  /**
   * Takes the truth about an answer; what was said of it before is replaced.
   *
   * @param truth whether the finding is there, by task
   * @throws NotConfiguredException if feedback is not configured
   * @throws UserErrorException if a task was not answered
   * @throws UnknownAnswerException if no answer of that id is remembered
   */
  public synchronized void label(String model, String id, Map<String, Boolean> truth) {
    Journal configured = configured();
    refresh();
    Labels.Answered answer =
        labels.answer(model, id).orElseThrow(() -> new UnknownAnswerException(model, id));
    for (String task : truth.keySet()) {
      if (!answer.probabilities().containsKey(task)) {
        throw new UserErrorException(
            "labels", "has " + task, "the answer is on " + answer.probabilities().keySet());
      }
    }
    truth.forEach(
        (task, positive) -> {
          ObjectNode line = Json.MAPPER.createObjectNode();
          line.put("label", id).put("model", model);
          line.put("version", answer.version().name()).put("bundle", answer.version().bundle());
          line.put("task", task).put("probability", answer.probabilities().get(task));
          line.put("positive", positive);
          try {
            append(configured, line);
          } catch (IOException e) {
            throw new UncheckedIOException("the label cannot be stored", e);
          }
          metrics.labelled(model, task);
        });
    refresh();
  }

  /** How the version that answered last fares by its labels, by task. */
  public synchronized List<Rolling> rolling(String model) {
    configured();
    refresh();
    return labels.rolling(model);
  }

  private Journal configured() {
    return journal.orElseThrow(() -> new NotConfiguredException("feedback", "feedback.folder"));
  }

  private void refresh() {
    if (journal.isEmpty()) {
      return;
    }
    try {
      follow(journal.get());
    } catch (IOException e) {
      throw new UncheckedIOException("the feedback cannot be read", e);
    }
  }

  private void take(String line) {
    JsonNode node;
    try {
      node = Json.MAPPER.readTree(line);
    } catch (JsonProcessingException e) {
      LOG.warnf(
          "a line of the feedback is not whole and is passed over: %s", e.getOriginalMessage());
      return;
    }
    String model = node.path("model").asText();
    Labels.Version version =
        new Labels.Version(node.path("version").asText(), node.path("bundle").asText());
    if (node.has("answer")) {
      Map<String, Double> probabilities = new LinkedHashMap<>();
      node.path("probabilities")
          .properties()
          .forEach(entry -> probabilities.put(entry.getKey(), entry.getValue().asDouble()));
      labels.answered(
          model, node.get("answer").asText(), new Labels.Answered(version, probabilities));
    } else if (node.has("label")) {
      String task = node.path("task").asText();
      labels.labelled(
          model,
          version,
          task,
          node.get("label").asText(),
          new Labels.Labelled(
              node.path("probability").asDouble(), node.path("positive").asBoolean()));
      metrics.rolling(model, task, bound -> value(model, task, bound));
    }
  }

  /** The gauges of one scrape are read one after another, and share one look at the folder. */
  private synchronized double value(String model, String task, String bound) {
    if (isDue() || behind) {
      refresh();
    }
    return labels
        .rolling(model, task)
        .map(Rolling::auroc)
        .map(
            auroc ->
                switch (bound) {
                  case "lower" -> auroc.lower();
                  case "upper" -> auroc.upper();
                  default -> auroc.value();
                })
        .orElse(Double.NaN);
  }
}

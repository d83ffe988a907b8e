package org.mococxr.evaluation.results;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The metrics of a test run: {@code scores.csv} for programs, {@code scores.txt} for people.
 *
 * @param tasks a record per task
 */
public record Scores(List<TaskScores> tasks) {
  public static final String CSV_NAME = "scores.csv";
  public static final String TEXT_NAME = "scores.txt";

  private static final String STUDIES = "Studies";
  private static final String POSITIVES = "Positives";
  private static final String THRESHOLD = "Threshold";

  /** The threshold of the method's accuracy, precision and recall. */
  public static final double DEFAULT_THRESHOLD = 0.5;

  public Scores {
    tasks = List.copyOf(tasks);
  }

  /** Scores of every task of the predictions, at threshold 0.5. */
  public static Scores of(Predictions predictions, GroundTruth truth) {
    return new Scores(
        predictions.tasks().stream()
            .map(task -> TaskOutcome.of(predictions, truth, task))
            .map(outcome -> TaskScores.of(outcome, DEFAULT_THRESHOLD))
            .toList());
  }

  /** Mean over the tasks that define the metric. */
  public double mean(Metric metric) {
    return tasks.stream()
        .mapToDouble(task -> task.value(metric))
        .filter(value -> !Double.isNaN(value))
        .average()
        .orElse(Double.NaN);
  }

  /** Writes {@code scores.csv} and {@code scores.txt} into a folder. */
  public void write(Path folder) {
    TextFiles.write(folder.resolve(CSV_NAME), csv());
    TextFiles.write(folder.resolve(TEXT_NAME), text());
  }

  private String csv() {
    StringWriter text = new StringWriter();
    try (CsvWriter writer = CsvWriter.builder().build(text)) {
      List<String> header = new ArrayList<>(List.of("Task"));
      rows(NOTHING).forEach(row -> header.add(row.name()));
      writer.writeRecord(header);
      for (TaskScores task : tasks) {
        List<String> cells = new ArrayList<>(List.of(task.task()));
        rows(task).forEach(row -> cells.add(StudyCsv.number(row.value())));
        writer.writeRecord(cells);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (TaskScores task : tasks) {
      text.append(task.task()).append('\n');
      for (Row row : rows(task)) {
        String format = row.count() ? "  %-16s %8.0f\n" : "  %-16s %8.4f\n";
        text.append(String.format(Locale.ROOT, format, row.name(), row.value()));
      }
    }
    text.append(String.format(Locale.ROOT, "mean AUROC         %8.4f\n", mean(Metric.AUROC)));
    return text.toString();
  }

  private static final TaskScores NOTHING = new TaskScores("", 0, 0, 0, Map.of());

  private record Row(String name, double value, boolean count) {}

  /** What is written of a task: counts, metrics, and the threshold before those that need it. */
  private static List<Row> rows(TaskScores task) {
    List<Row> rows = new ArrayList<>();
    rows.add(new Row(STUDIES, task.studies(), true));
    rows.add(new Row(POSITIVES, task.positives(), true));
    boolean threshold = false;
    for (Metric metric : Metric.values()) {
      if (metric.needsThreshold() && !threshold) {
        rows.add(new Row(THRESHOLD, task.threshold(), false));
        threshold = true;
      }
      rows.add(new Row(metric.column(), task.value(metric), false));
    }
    return rows;
  }
}

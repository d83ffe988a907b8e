package org.mococxr.evaluation.results;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.mococxr.foundation.UserErrorException;

/**
 * The metrics of a test run: {@code scores.csv} for programs, {@code scores.txt} for people.
 *
 * @param tasks a record per task
 */
public record Scores(List<TaskScores> tasks) {
  public static final String CSV_NAME = "scores.csv";
  public static final String TEXT_NAME = "scores.txt";

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

  /** Mean over the tasks that define the metric, for example {@code TaskScores::auroc}. */
  public double mean(ToDoubleFunction<TaskScores> metric) {
    return tasks.stream()
        .mapToDouble(metric)
        .filter(value -> !Double.isNaN(value))
        .average()
        .orElse(Double.NaN);
  }

  /** Writes {@code scores.csv} and {@code scores.txt} into a folder. */
  public void write(Path folder) {
    TextFiles.write(folder.resolve(CSV_NAME), csv());
    TextFiles.write(folder.resolve(TEXT_NAME), text());
  }

  /** Reads {@code scores.csv}. */
  public static Scores read(Path file) {
    List<TaskScores> tasks = new ArrayList<>();
    try (CsvReader<NamedCsvRecord> reader = CsvReader.builder().ofNamedCsvRecord(file)) {
      for (NamedCsvRecord record : reader) {
        double[] n = new double[TaskScores.COLUMNS.length];
        for (int i = 0; i < n.length; i++) {
          String text = record.getField(TaskScores.COLUMNS[i]);
          n[i] = text.isEmpty() ? Double.NaN : Double.parseDouble(text);
        }
        tasks.add(
            new TaskScores(
                record.getField("Task"),
                (int) n[0],
                (int) n[1],
                n[2],
                n[3],
                n[4],
                n[5],
                n[6],
                n[7],
                n[8],
                n[9],
                n[10],
                n[11],
                n[12]));
      }
    } catch (NumberFormatException | java.util.NoSuchElementException e) {
      throw new UserErrorException(file.toString(), e.getMessage(), "a scores.csv of ours", e);
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
    return new Scores(tasks);
  }

  private String csv() {
    StringWriter text = new StringWriter();
    try (CsvWriter writer = CsvWriter.builder().build(text)) {
      List<String> header = new ArrayList<>(List.of("Task"));
      header.addAll(List.of(TaskScores.COLUMNS));
      writer.writeRecord(header);
      for (TaskScores task : tasks) {
        List<String> cells = new ArrayList<>(List.of(task.task()));
        Arrays.stream(task.numbers()).mapToObj(StudyCsv::number).forEach(cells::add);
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
      double[] numbers = task.numbers();
      for (int i = 0; i < numbers.length; i++) {
        boolean whole = i < 2;
        text.append(
            String.format(
                Locale.ROOT,
                whole ? "  %-12s %8.0f\n" : "  %-12s %8.4f\n",
                TaskScores.COLUMNS[i],
                numbers[i]));
      }
    }
    text.append(String.format(Locale.ROOT, "mean AUROC     %8.4f\n", mean(TaskScores::auroc)));
    return text.toString();
  }
}

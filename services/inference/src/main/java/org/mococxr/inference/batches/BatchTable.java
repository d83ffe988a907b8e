package org.mococxr.inference.batches;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.mococxr.inference.prediction.Finding;
import org.mococxr.inference.prediction.Prediction;

/** The table of a job: a row for each study, with its answer or the reason why there is none. */
final class BatchTable {
  private static final String STUDY = "Study";
  private static final String ERROR = "Error";

  private final BatchJob job;

  BatchTable(BatchJob job) {
    this.job = job;
  }

  /**
   * What became of a study.
   *
   * @param answer null when there is none
   * @param error empty when there is none
   */
  record Row(BatchPlan.Study study, Prediction answer, String error) {

    static Row answered(BatchPlan.Study study, Prediction answer) {
      return new Row(study, answer, "");
    }

    static Row failed(BatchPlan.Study study, String error) {
      return new Row(study, null, error.lines().findFirst().orElse("").strip());
    }
  }

  /** The names of the columns, a line of CSV. */
  byte[] header() {
    List<String> names = new ArrayList<>(List.of(STUDY));
    for (BatchRequest.Column column : job.columns()) {
      switch (column) {
        case PATIENT -> names.add("Patient");
        case IMAGES -> names.add("Images");
        case PROBABILITIES -> names.addAll(job.tasks());
        case POSITIVES -> job.tasks().forEach(task -> names.add(task + " positive"));
        case WARNINGS -> names.add("Warnings");
        case MODEL -> names.addAll(List.of("Model", "Version"));
        case PROVENANCE -> names.add("Provenance");
      }
    }
    names.add(ERROR);
    return lines(Stream.of(names));
  }

  /** Lines of CSV, in order. */
  byte[] rows(List<Row> rows) {
    return lines(rows.stream().map(this::cells));
  }

  private static byte[] lines(Stream<List<String>> records) {
    StringWriter text = new StringWriter();
    try (CsvWriter csv = CsvWriter.builder().build(text)) {
      records.forEach(csv::writeRecord);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private List<String> cells(Row row) {
    List<String> cells = new ArrayList<>(List.of(row.study().id()));
    for (BatchRequest.Column column : job.columns()) {
      switch (column) {
        case PATIENT -> cells.add(row.study().patient());
        case IMAGES -> cells.add(Integer.toString(row.study().images().size()));
        case MODEL -> cells.addAll(List.of(job.model(), job.version()));
        default -> cells.addAll(ofAnswer(column, row.answer()));
      }
    }
    cells.add(row.error());
    return cells;
  }

  private List<String> ofAnswer(BatchRequest.Column column, Prediction answer) {
    boolean byTask =
        column == BatchRequest.Column.PROBABILITIES || column == BatchRequest.Column.POSITIVES;
    if (answer == null) {
      return java.util.Collections.nCopies(byTask ? job.tasks().size() : 1, "");
    }
    Prediction.Study study = answer.studies().getFirst();
    Stream<Finding> findings = study.findings().stream();
    return switch (column) {
      case PROBABILITIES -> findings.map(f -> Double.toString(f.probability())).toList();
      case POSITIVES -> findings.map(f -> f.positive() ? "1" : "0").toList();
      case WARNINGS -> List.of(warnings(study));
      default -> List.of(study.id());
    };
  }

  private static String warnings(Prediction.Study study) {
    return String.join(
        "; ",
        study.images().stream().flatMap(image -> image.warnings().stream()).distinct().toList());
  }

  /** How many of the rows have an error. */
  static int failed(byte[] rows) {
    try (CsvReader<CsvRecord> csv =
        CsvReader.builder().ofCsvRecord(new String(rows, StandardCharsets.UTF_8))) {
      int failed = 0;
      for (CsvRecord record : csv) {
        failed += record.getField(record.getFieldCount() - 1).isEmpty() ? 0 : 1;
      }
      return failed;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

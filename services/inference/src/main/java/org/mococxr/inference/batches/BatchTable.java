package org.mococxr.inference.batches;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.mococxr.inference.batches.ParquetWriter.Column;
import org.mococxr.inference.batches.ParquetWriter.Type;
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

  private List<Column> columns() {
    List<Column> columns = new ArrayList<>(List.of(new Column(STUDY, Type.TEXT)));
    for (BatchRequest.Column column : job.columns()) {
      switch (column) {
        case PATIENT -> columns.add(new Column("Patient", Type.TEXT));
        case IMAGES -> columns.add(new Column("Images", Type.INT32));
        case PROBABILITIES ->
            job.tasks().forEach(task -> columns.add(new Column(task, Type.DOUBLE)));
        case POSITIVES ->
            job.tasks().forEach(task -> columns.add(new Column(task + " positive", Type.BOOLEAN)));
        case WARNINGS -> columns.add(new Column("Warnings", Type.TEXT));
        case MODEL -> {
          columns.add(new Column("Model", Type.TEXT));
          columns.add(new Column("Version", Type.TEXT));
        }
        case PROVENANCE -> columns.add(new Column("Provenance", Type.TEXT));
      }
    }
    columns.add(new Column(ERROR, Type.TEXT));
    return columns;
  }

  /** Reads the {@link #rows} of a part that are kept. */
  @FunctionalInterface
  interface Kept {
    byte[] rows(BatchPlan.Part part) throws IOException;
  }

  /** Writes the table of all parts. */
  void join(BatchPlan plan, Kept kept, OutputStream out) throws IOException {
    switch (job.format()) {
      case CSV -> {
        out.write(lines(Stream.of(columns().stream().map(Column::name).toList())));
        for (BatchPlan.Part part : plan.parts()) {
          out.write(kept.rows(part));
        }
      }
      case PARQUET -> {
        ParquetWriter table = new ParquetWriter(out, columns());
        for (BatchPlan.Part part : plan.parts()) {
          try (CsvReader<CsvRecord> csv = reader(kept.rows(part))) {
            for (CsvRecord record : csv) {
              table.add(record.getFields());
            }
          }
        }
        table.end();
      }
    }
  }

  private static CsvReader<CsvRecord> reader(byte[] rows) {
    return CsvReader.builder().ofCsvRecord(new String(rows, StandardCharsets.UTF_8));
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
    try (CsvReader<CsvRecord> csv = reader(rows)) {
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

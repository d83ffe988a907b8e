package org.mococxr.evaluation.report;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.mococxr.evaluation.intervals.ExperimentIntervals;
import org.mococxr.evaluation.intervals.Interval;
import org.mococxr.evaluation.results.TextFiles;

/**
 * The report's AUROCs and differences as one tidy table, a row per number: {@code kind} is auroc or
 * difference, {@code draw} is empty for the mean over draws.
 */
public final class CsvReport {
  private static final String COLUMNS =
      "kind,task,architecture,mode,fraction,initialisation,over,draw,value,lower,upper,level,method,"
          + "p,p_holm,caution";

  private CsvReport() {}

  /** Writes the table; only its header if the report has no intervals. */
  public static void write(ExperimentReport report, Path file) {
    StringWriter text = new StringWriter();
    try (CsvWriter writer = CsvWriter.builder().build(text)) {
      writer.writeRecord(COLUMNS.split(","));
      if (report.intervals() != null) {
        report.intervals().cells().forEach(cell -> cell(writer, cell));
        report.intervals().differences().forEach(difference -> difference(writer, difference));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    TextFiles.write(file, text.toString());
  }

  private static void cell(CsvWriter writer, ExperimentIntervals.Cell c) {
    String fraction = Words.plain(c.fraction());
    List<String> key =
        List.of("auroc", c.task(), c.architecture(), c.mode(), fraction, c.initialisation(), "");
    row(writer, key, "", c.auroc(), null, null, c.caution());
    if (c.delong() != null) {
      row(writer, key, "", c.delong(), null, null, null);
    }
    for (ExperimentIntervals.Draw draw : c.draws()) {
      Interval value = draw.delong() != null ? draw.delong() : bare(draw.auroc());
      row(writer, key, Integer.toString(draw.draw()), value, null, null, null);
    }
  }

  private static void difference(CsvWriter writer, ExperimentIntervals.Difference d) {
    String fraction = Words.plain(d.fraction());
    List<String> key =
        List.of("difference", d.task(), d.architecture(), d.mode(), fraction, d.a(), d.b());
    row(writer, key, "", d.difference(), d.pValue(), d.adjustedPValue(), d.caution());
    if (d.delong() != null) {
      row(writer, key, "", d.delong().difference(), d.delong().pValue(), null, null);
    }
    for (ExperimentIntervals.DrawDifference draw : d.draws()) {
      String number = Integer.toString(draw.draw());
      row(writer, key, number, bare(draw.difference()), draw.pValue(), null, null);
    }
  }

  private static Interval bare(double value) {
    return new Interval(value, Double.NaN, Double.NaN, Double.NaN, Double.NaN, "");
  }

  private static void row(
      CsvWriter writer,
      List<String> key,
      String draw,
      Interval value,
      Double p,
      Double adjusted,
      String caution) {
    List<String> cells = new ArrayList<>(key);
    cells.add(draw);
    cells.add(number(value.estimate()));
    cells.add(number(value.lower()));
    cells.add(number(value.upper()));
    cells.add(number(value.level()));
    cells.add(value.method());
    cells.add(number(p));
    cells.add(number(adjusted));
    cells.add(caution == null ? "" : caution);
    writer.writeRecord(cells);
  }

  private static String number(Double value) {
    return value == null || value.isNaN() ? "" : value.toString();
  }
}

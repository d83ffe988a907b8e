package org.mococxr.evaluation.report;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.mococxr.evaluation.intervals.ExperimentIntervals;
import org.mococxr.evaluation.intervals.Interval;
import org.mococxr.evaluation.results.TextFiles;

/**
 * The report's AUROCs and differences as one tidy table, a row per number: {@code kind} is auroc or
 * difference, {@code draw} is empty for the mean over draws.
 */
public final class CsvReport {
  private CsvReport() {}

  /** Writes the table; only its header if the report has no intervals. */
  public static void write(ExperimentReport report, Path file) {
    StringWriter text = new StringWriter();
    try (CsvWriter writer = CsvWriter.builder().build(text)) {
      writer.writeRecord(
          "kind",
          "task",
          "architecture",
          "mode",
          "fraction",
          "initialisation",
          "over",
          "draw",
          "value",
          "lower",
          "upper",
          "level",
          "method",
          "p",
          "p_holm",
          "caution");
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
    String[] key = {
      "auroc",
      c.task(),
      c.architecture(),
      c.mode(),
      Words.plain(c.fraction()),
      c.initialisation(),
      ""
    };
    row(writer, key, "", c.auroc(), Double.NaN, Double.NaN, c.caution());
    if (c.delong() != null) {
      row(writer, key, "", c.delong(), Double.NaN);
    }
    for (ExperimentIntervals.Draw draw : c.draws()) {
      Interval value =
          draw.delong() != null
              ? draw.delong()
              : new Interval(draw.auroc(), Double.NaN, Double.NaN, Double.NaN, Double.NaN, "");
      row(writer, key, Integer.toString(draw.draw()), value, Double.NaN);
    }
  }

  private static void difference(CsvWriter writer, ExperimentIntervals.Difference d) {
    String[] key = {
      "difference", d.task(), d.architecture(), d.mode(), Words.plain(d.fraction()), d.a(), d.b()
    };
    row(
        writer,
        key,
        "",
        d.difference(),
        number(d.pValue()),
        number(d.adjustedPValue()),
        d.caution());
    if (d.delong() != null) {
      row(writer, key, "", d.delong().difference(), d.delong().pValue());
    }
    for (ExperimentIntervals.DrawDifference draw : d.draws()) {
      Interval value =
          new Interval(draw.difference(), Double.NaN, Double.NaN, Double.NaN, Double.NaN, "");
      row(writer, key, Integer.toString(draw.draw()), value, draw.pValue());
    }
  }

  private static void row(CsvWriter writer, String[] key, String draw, Interval value, double p) {
    row(writer, key, draw, value, p, Double.NaN, null);
  }

  private static void row(
      CsvWriter writer,
      String[] key,
      String draw,
      Interval value,
      double p,
      double adjusted,
      String caution) {
    String[] cells = new String[16];
    System.arraycopy(key, 0, cells, 0, 7);
    cells[7] = draw;
    cells[8] = number(value.estimate());
    cells[9] = number(value.lower());
    cells[10] = number(value.upper());
    cells[11] = number(value.level());
    cells[12] = value.method();
    cells[13] = number(p);
    cells[14] = number(adjusted);
    cells[15] = caution == null ? "" : caution;
    writer.writeRecord(cells);
  }

  private static double number(Double value) {
    return value == null ? Double.NaN : value;
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "" : Double.toString(value);
  }
}

package org.mococxr.evaluation.report;

import java.nio.file.Path;
import org.mococxr.foundation.Json;

/** The three files of a report. */
public final class ReportFiles {
  public static final String HTML = "report.html";
  public static final String JSON = "report.json";
  public static final String CSV = "report.csv";

  private ReportFiles() {}

  /** Writes report.html, report.json and report.csv into a folder; answers the page's path. */
  public static Path write(ExperimentReport report, Path folder) {
    Json.write(folder.resolve(JSON), report);
    CsvReport.write(report, folder.resolve(CSV));
    HtmlReport.write(report, folder.resolve(HTML));
    return folder.resolve(HTML);
  }
}

package org.mococxr.evaluation.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.mococxr.evaluation.intervals.ExperimentIntervals;

/** Puts a report together, part by part; parts never given are left out of the report. */
final class ExperimentReportBuilder {
  private final String title;
  private final String experiment;
  private final Instant created;
  private ExperimentReport.Setup setup;
  private final List<ExperimentReport.DataCount> data = new ArrayList<>();
  private ExperimentIntervals intervals;
  private final List<ExperimentReport.Choice> choices = new ArrayList<>();
  private ExperimentReport.Pretraining pretraining;
  private final List<ExperimentReport.Sample> samples = new ArrayList<>();
  private ServedModel served;
  private final List<ExperimentReport.Subgroup> subgroups = new ArrayList<>();
  private ExperimentReport.Embedding embedding;
  private AuditFindings audit;
  private List<String> assumed = List.of();
  private final List<ExperimentReport.Published> published = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private ExperimentReport.ProvenanceNote provenance;

  ExperimentReportBuilder(String title, String experiment, Instant created) {
    this.title = title;
    this.experiment = experiment;
    this.created = created;
  }

  ExperimentReportBuilder setup(ExperimentReport.Setup value) {
    setup = value;
    return this;
  }

  ExperimentReportBuilder data(List<ExperimentReport.DataCount> values) {
    data.addAll(values);
    return this;
  }

  ExperimentReportBuilder intervals(ExperimentIntervals value) {
    intervals = value;
    return this;
  }

  /** Adds the points of a sweep that were chosen. */
  ExperimentReportBuilder choices(List<ExperimentReport.Choice> values) {
    choices.addAll(values);
    return this;
  }

  ExperimentReportBuilder pretraining(ExperimentReport.Pretraining value) {
    pretraining = value;
    return this;
  }

  ExperimentReportBuilder samples(List<ExperimentReport.Sample> values) {
    samples.addAll(values);
    return this;
  }

  ExperimentReportBuilder served(ServedModel value) {
    served = value;
    return this;
  }

  ExperimentReportBuilder subgroups(List<ExperimentReport.Subgroup> values) {
    subgroups.addAll(values);
    return this;
  }

  ExperimentReportBuilder embedding(ExperimentReport.Embedding value) {
    embedding = value;
    return this;
  }

  ExperimentReportBuilder published(List<ExperimentReport.Published> values) {
    published.addAll(values);
    return this;
  }

  /** Adds duplicates across patients and parts. */
  ExperimentReportBuilder audit(AuditFindings findings) {
    audit = findings;
    return this;
  }

  /** Says what was assumed when the data was read. */
  ExperimentReportBuilder assumed(List<String> lines) {
    assumed = lines;
    return this;
  }

  /** Adds a remark. */
  ExperimentReportBuilder note(String text) {
    notes.add(text);
    return this;
  }

  ExperimentReportBuilder provenance(ExperimentReport.ProvenanceNote value) {
    provenance = value;
    return this;
  }

  ExperimentReport build() {
    return new ExperimentReport(
        title,
        experiment,
        created,
        setup,
        data,
        audit,
        assumed,
        intervals,
        choices,
        pretraining,
        samples,
        served,
        subgroups,
        embedding,
        published,
        notes,
        provenance);
  }
}

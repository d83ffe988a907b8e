package org.mococxr.evaluation.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.mococxr.evaluation.results.TextFiles;

/**
 * The report as one HTML page that needs nothing else: style, script, charts and images are in it,
 * and its content security policy forbids the browser to fetch anything.
 */
public final class HtmlReport {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);
  private static final String POLICY =
      "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

  private HtmlReport() {}

  /** Writes the page, whole or not at all. */
  public static void write(ExperimentReport report, Path file) {
    TextFiles.write(file, render(report));
  }

  /** The page's text. */
  static String render(ExperimentReport report) {
    Markup out = new Markup();
    out.trusted("<!doctype html>").line().start("html", "lang", "en").line();
    head(out, report);
    out.start("body").line();
    header(out, report);
    out.start("main").line();
    LabelEfficiencySection.write(report, out);
    SweepSection.write(report, out);
    PretrainingSection.write(report, out);
    ServedModelSection.write(report, out);
    SubgroupSection.write(report, out);
    SamplesSection.write(report, out);
    EmbeddingSection.write(report, out);
    DataSection.write(report, out);
    if (report.audit() != null) {
      report.audit().write(out);
    }
    ProvenanceSection.write(report, out);
    out.end().line();
    out.start("footer")
        .text("Made by MoCo-CXR. Research software: not a medical device, not for diagnosis.")
        .end();
    out.start("script").trusted(resource("report.js")).end();
    return out.end().end().line().toString();
  }

  private static void head(Markup out, ExperimentReport report) {
    out.start("head").line().leaf("meta", "charset", "utf-8");
    out.leaf("meta", "http-equiv", "Content-Security-Policy", "content", POLICY);
    out.leaf("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    out.leaf("link", "rel", "icon", "href", "data:,");
    out.element("title", report.title());
    out.start("style").trusted(resource("report.css")).end().end().line();
  }

  private static void header(Markup out, ExperimentReport report) {
    out.start("header").line();
    out.element("p", "MoCo-CXR · experiment " + report.experiment(), "class", "kicker");
    out.element("h1", report.title());
    Headline.of(report).ifPresent(text -> out.element("p", text, "class", "headline"));
    report.notes().forEach(note -> out.element("p", note, "class", "note"));
    facts(out, facts(report));
    out.start("nav", "aria-label", "Sections");
    sections(report).forEach((id, name) -> out.element("a", name, "href", "#" + id));
    out.end().end().line();
  }

  private static Map<String, String> facts(ExperimentReport report) {
    Map<String, String> facts = new LinkedHashMap<>();
    ExperimentReport.Setup setup = report.setup();
    if (setup != null) {
      facts.put("Dataset", setup.dataset());
      facts.put(setup.tasks().size() == 1 ? "Task" : "Tasks", String.join(", ", setup.tasks()));
      facts.put("Architecture", String.join(", ", setup.architectures()));
    }
    if (report.intervals() != null) {
      int patients = report.intervals().patients();
      facts.put(
          "Test set",
          Words.whole(report.intervals().studies())
              + " studies"
              + (patients == 0 ? "" : " of " + Words.whole(patients) + " patients"));
      facts.put("Runs", Words.whole(runs(report)));
    }
    if (setup != null) {
      setup.settings().forEach(facts::put);
    }
    facts.put("Made", time(report.created()));
    return facts;
  }

  private static long runs(ExperimentReport report) {
    String task = report.intervals().mainTask();
    return report.intervals().cells().stream()
        .filter(cell -> cell.task().equals(task))
        .mapToLong(cell -> cell.draws().size())
        .sum();
  }

  private static Map<String, String> sections(ExperimentReport report) {
    Map<String, String> sections = new LinkedHashMap<>();
    put(sections, report.intervals() != null, "labels", "Label efficiency");
    put(sections, !report.choices().isEmpty(), "sweep", "Sweep");
    put(sections, report.pretraining() != null, "pretraining", "Pretraining");
    put(sections, report.served() != null, "model", "Served model");
    put(sections, !report.subgroups().isEmpty(), "subgroups", "Subgroups");
    put(sections, !report.samples().isEmpty(), "samples", "Samples");
    put(sections, report.embedding() != null, "embedding", "Embedding");
    put(sections, !report.data().isEmpty(), "data", "Data");
    put(sections, report.provenance() != null, "provenance", "Provenance");
    return sections;
  }

  private static void put(Map<String, String> to, boolean present, String id, String name) {
    if (present) {
      to.put(id, name);
    }
  }

  /** A list of facts: name above value; what is not known is left out. */
  static void facts(Markup out, Map<String, String> facts) {
    out.start("dl", "class", "facts");
    facts.forEach(
        (name, value) -> {
          if (value != null && !value.isBlank()) {
            out.start("div").element("dt", name).element("dd", value).end();
          }
        });
    out.end().line();
  }

  /** A figure with its caption; the page's script adds buttons to save it. */
  static void figure(Markup out, Figure figure, String caption) {
    out.start("figure").start("div", "class", "scroll");
    figure.write(out);
    out.end().start("figcaption").element("span", caption).end().end().line();
  }

  static String time(Instant instant) {
    return TIME.format(instant);
  }

  private static String resource(String name) {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing from the library");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

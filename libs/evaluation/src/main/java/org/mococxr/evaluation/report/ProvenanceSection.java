package org.mococxr.evaluation.report;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where the numbers come from and how to get them again. */
final class ProvenanceSection {
  private ProvenanceSection() {}

  static void write(ExperimentReport report, Markup out) {
    ExperimentReport.ProvenanceNote note = report.provenance();
    if (note == null) {
      return;
    }
    out.start("section", "id", "provenance").element("h2", "Provenance");
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Seed", Long.toString(note.seed()));
    facts.put("Host", note.host());
    if (note.started() != null && note.finished() != null) {
      facts.put("Started", HtmlReport.time(note.started()));
      facts.put("Took", took(Duration.between(note.started(), note.finished())));
    }
    facts.putAll(note.versions());
    HtmlReport.facts(out, facts);
    if (!note.commands().isEmpty()) {
      out.element("h3", "To repeat it").start("pre");
      out.text(String.join("\n", note.commands())).end();
    }
    if (note.experimentYaml() != null) {
      out.start("details", "id", "experiment-yaml");
      out.element("summary", "The experiment, with every default that the services filled in");
      out.start("pre").text(note.experimentYaml()).end().end();
    }
    if (!note.digests().isEmpty()) {
      out.start("details").element("summary", "SHA-256 digests");
      out.start("div", "class", "scroll").start("table").start("tbody");
      note.digests()
          .forEach(
              (name, digest) -> {
                out.start("tr").element("th", name, "scope", "row");
                out.start("td").element("code", digest).end().end();
              });
      out.end().end().end().end();
    }
    out.end().line();
  }

  private static String took(Duration duration) {
    long seconds = duration.toSeconds();
    return seconds < 120
        ? seconds + " s"
        : seconds < 7200
            ? seconds / 60 + " min"
            : "%d h %02d min".formatted(seconds / 3600, seconds / 60 % 60);
  }
}

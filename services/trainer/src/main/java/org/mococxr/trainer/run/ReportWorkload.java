package org.mococxr.trainer.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.mococxr.artifacts.Provenance;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.manifest.Manifest;
import org.mococxr.datasets.splitting.Splitting;
import org.mococxr.evaluation.intervals.ExperimentIntervals;
import org.mococxr.evaluation.report.AuditFindings;
import org.mococxr.evaluation.report.ExperimentReport;
import org.mococxr.evaluation.report.PublishedNumbers;
import org.mococxr.evaluation.report.ReaderCsv;
import org.mococxr.evaluation.report.ReportFiles;
import org.mococxr.evaluation.report.ServedModel;
import org.mococxr.evaluation.results.GroundTruth;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.export.Bundle;
import org.mococxr.learning.export.ModelExport;
import org.mococxr.specs.run.ReportRun;
import org.mococxr.specs.run.TestedRun;

/** Gathers what the runs of an experiment left in their folders into one report. */
final class ReportWorkload implements Workload {
  @Override
  public Outcome run(RunContext context) throws IOException {
    ReportRun told = context.options(context.spec().options(), ReportRun.class);
    Map<String, Path> folders = context.inputsUnder("run:");
    ExperimentIntervals intervals =
        Json.read(
            folders.get("intervals").resolve(IntervalsWorkload.FILE), ExperimentIntervals.class);
    Dataset test = Manifest.read(context.input("test"), context.input("root"));

    ServedSection served =
        folders.containsKey("export")
            ? ServedSection.read(told, folders, test, readers(context, intervals.tasks()))
            : ServedSection.NONE;
    Map<String, Path> embeddings = context.inputsUnder("embedding:");
    Map<String, Path> all = new LinkedHashMap<>(folders);
    all.putAll(embeddings);
    Path root = context.input("root");
    Path split = context.input("split");
    JsonNode splitting = Json.MAPPER.readTree(split.resolve(Splitting.FILE).toFile());
    Path audit = folders.get("audit");
    Path pretrained = SweepChoices.pretraining(told, folders).orElse(null);
    ExperimentReport report =
        new ExperimentReport(
            title(intervals),
            told.experiment(),
            Instant.now().truncatedTo(ChronoUnit.SECONDS),
            setup(told, intervals, root),
            dataCounts(splitting, split, root, intervals.tasks()),
            audit == null
                ? null
                : Json.read(audit.resolve(AuditFindings.FILE), AuditFindings.class),
            texts(splitting.path("assumed")),
            intervals,
            SweepChoices.read(told, folders),
            pretrained == null ? null : PretrainingCourse.read(pretrained, told.spec()),
            served.samples(),
            served.model(),
            served.subgroups(),
            EmbeddingPicture.of(embeddings, test, intervals.tasks().getFirst(), context)
                .orElse(null),
            told.published() == null ? List.of() : PublishedNumbers.of(told.published()),
            Stream.of(
                    synthetic(root).stream(),
                    leftOut(told, folders, intervals).stream(),
                    served.notes().stream())
                .flatMap(notes -> notes)
                .toList(),
            provenance(context, told, all));
    Path page = ReportFiles.write(report, context.folder());
    context.reporter().update("report written to " + page, 1, 1, Map.of());
    return new Outcome.Done(Map.of("cells", (double) intervals.cells().size()));
  }

  /** Radiologists' points; a file without any for our tasks is a slip worth stopping for. */
  private static Map<String, List<ServedModel.Reader>> readers(
      RunContext context, List<String> tasks) {
    Optional<Path> file = context.optionalInput("readers");
    if (file.isEmpty()) {
      return Map.of();
    }
    Map<String, List<ServedModel.Reader>> readers = ReaderCsv.read(file.get());
    if (Collections.disjoint(readers.keySet(), tasks)) {
      throw UserErrorException.at(
          file.get(),
          "no radiologist's point for " + String.join(", ", tasks) + "; found " + readers.keySet(),
          "rows whose Task is one of the experiment's");
    }
    return readers;
  }

  private static String title(ExperimentIntervals intervals) {
    return String.join(", ", intervals.tasks()) + " with few labels";
  }

  private static ExperimentReport.Setup setup(
      ReportRun told, ExperimentIntervals intervals, Path root) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String section : new String[] {"image", "split", "linear", "endToEnd"}) {
      if (told.spec().get(section) instanceof Map<?, ?> map) {
        map.forEach((key, value) -> settings.put(section + " " + key, String.valueOf(value)));
      }
    }
    return new ExperimentReport.Setup(
        root.getFileName() == null ? root.toString() : root.getFileName().toString(),
        intervals.tasks(),
        distinct(told.runs().stream().map(run -> run.architecture(told.architecture())).toList()),
        distinct(told.runs().stream().map(TestedRun::initialisation).toList()),
        distinct(told.runs().stream().map(run -> run.mode().text()).toList()),
        told.runs().stream().map(TestedRun::fraction).distinct().sorted().toList(),
        settings);
  }

  private static List<String> distinct(List<String> values) {
    return values.stream().distinct().toList();
  }

  /** From split.json, whose parts say how large and how balanced they are. */
  private static List<ExperimentReport.DataCount> dataCounts(
      JsonNode splitting, Path split, Path root, List<String> tasks) {
    List<ExperimentReport.DataCount> counts = new ArrayList<>();
    for (Map.Entry<String, JsonNode> part : splitting.path("parts").properties()) {
      Path csv = split.resolve(part.getValue().path("file").asText());
      Dataset images = Manifest.read(csv, root);
      Map<String, Long> positives = new LinkedHashMap<>();
      if (!part.getKey().equals("pretrain")) {
        for (String task : tasks) {
          positives.put(
              task, images.balance(images.task(task)).get(org.mococxr.datasets.Label.POSITIVE));
        }
      }
      counts.add(
          new ExperimentReport.DataCount(
              part.getKey(),
              fraction(part.getValue()),
              images.size(),
              images.studies().size(),
              images.patients().size(),
              positives));
    }
    return counts;
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(each -> texts.add(each.asText()));
    return texts;
  }

  /** The fraction of the labels that a draw is; null for the parts. */
  private static Double fraction(JsonNode part) {
    return part.has("fraction") ? part.get("fraction").doubleValue() : null;
  }

  /** Tasks that were predicted but have no intervals. */
  private static Optional<String> leftOut(
      ReportRun told, Map<String, Path> folders, ExperimentIntervals intervals) {
    List<String> tasks =
        told.runs().stream()
            .map(run -> folders.get(run.run()))
            .filter(folder -> folder != null)
            .limit(1)
            .flatMap(
                folder -> GroundTruth.read(folder.resolve(GroundTruth.FILE_NAME)).tasks().stream())
            .filter(task -> !intervals.tasks().contains(task))
            .toList();
    return tasks.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Without figures, for want of 2 positive and 2 negative test studies: "
                + String.join(", ", tasks)
                + ".");
  }

  private static Optional<String> synthetic(Path root) {
    try (var markers = Files.walk(root, 2)) {
      boolean phantom =
          markers.anyMatch(
              p -> p.getFileName() != null && p.getFileName().toString().contains("phantom"));
      return phantom
          ? Optional.of(
              "The images are synthetic phantoms, not patients: the figures show that the system"
                  + " works, not how well it would do in a hospital.")
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static ExperimentReport.ProvenanceNote provenance(
      RunContext context, ReportRun told, Map<String, Path> folders) throws IOException {
    Instant first = null;
    Instant last = null;
    Map<String, String> versions = new TreeMap<>();
    Map<String, String> digests = new LinkedHashMap<>();
    String host = "";
    digests.put(Splitting.FILE, Digests.sha256(context.input("split").resolve(Splitting.FILE)));
    List<Provenance> made = new ArrayList<>();
    for (Map.Entry<String, Path> run : folders.entrySet()) {
      Provenance p = Provenance.read(run.getValue());
      made.add(p);
      first = first == null || p.started().isBefore(first) ? p.started() : first;
      last = last == null || p.finished().isAfter(last) ? p.finished() : last;
      versions.putAll(p.versions());
      host =
          p.host().getOrDefault("name", "")
              + ", "
              + p.host().getOrDefault("os", "")
              + ", "
              + p.host().getOrDefault("processors", "?")
              + " processors";
    }
    for (Map.Entry<String, Path> run : folders.entrySet()) {
      if (SweepChoices.isPretraining(run.getKey())) {
        digests.put(
            run.getKey().replaceFirst("pretrain", "pretrained encoder"),
            Json.read(run.getValue().resolve("encoder.json"), Map.class).get("digest").toString());
      }
    }
    if (folders.containsKey("export")) {
      Path bundle = folders.get("export").resolve(ModelExport.FOLDER);
      digests.put("model.onnx", Bundle.read(bundle).description().digests().get(Bundle.MODEL));
    }
    Repetition repetition =
        told.spec().isEmpty()
            ? Repetition.ofRuns(made, context.folder())
            : Repetition.ofExperiment(told.spec());
    return new ExperimentReport.ProvenanceNote(
        context.spec().seed(),
        host,
        first,
        last,
        versions,
        digests,
        repetition.commands(),
        repetition.yaml());
  }
}

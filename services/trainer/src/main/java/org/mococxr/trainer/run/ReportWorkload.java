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
import org.mococxr.artifacts.Provenance;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.manifest.Manifest;
import org.mococxr.evaluation.intervals.ExperimentIntervals;
import org.mococxr.evaluation.report.AuditFindings;
import org.mococxr.evaluation.report.ExperimentReport;
import org.mococxr.evaluation.report.ExperimentReportBuilder;
import org.mococxr.evaluation.report.PublishedNumbers;
import org.mococxr.evaluation.report.ReaderCsv;
import org.mococxr.evaluation.report.ReportFiles;
import org.mococxr.evaluation.report.ReportJson;
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
        ReportJson.read(
            folders.get("intervals").resolve(IntervalsWorkload.FILE), ExperimentIntervals.class);
    Dataset test = Manifest.read(context.input("test"), context.input("root"));

    ExperimentReportBuilder report =
        ExperimentReport.builder(
            title(intervals), told.experiment(), Instant.now().truncatedTo(ChronoUnit.SECONDS));
    report.setup(setup(told, intervals, context.input("root")));
    report.data(dataCounts(context, intervals.tasks()));
    if (folders.containsKey("audit")) {
      report.audit(
          ReportJson.read(folders.get("audit").resolve(AuditFindings.FILE), AuditFindings.class));
    }
    report.assumed(assumed(context.input("split")));
    report.intervals(intervals);
    report.choices(SweepChoices.read(told, folders));
    if (told.published() != null) {
      report.published(PublishedNumbers.of(told.published()));
    }
    if (folders.containsKey("export")) {
      ServedSection served =
          ServedSection.read(told, folders, test, readers(context, intervals.tasks()));
      report.served(served.model());
      report.samples(served.samples());
      report.subgroups(served.subgroups());
    }
    Optional<Path> pretrained = SweepChoices.pretraining(told, folders);
    if (pretrained.isPresent()) {
      report.pretraining(PretrainingCourse.read(pretrained.get(), told.spec()));
    }
    Map<String, Path> embeddings = context.inputsUnder("embedding:");
    EmbeddingPicture.of(embeddings, test, intervals.tasks().getFirst(), context)
        .ifPresent(report::embedding);
    notes(context.input("root")).forEach(report::note);
    leftOut(told, folders, intervals).ifPresent(report::note);
    folders.putAll(embeddings);
    report.provenance(provenance(context, told, folders));
    Path page = ReportFiles.write(report.build(), context.folder());
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
  private static List<ExperimentReport.DataCount> dataCounts(RunContext context, List<String> tasks)
      throws IOException {
    Path root = context.input("root");
    List<ExperimentReport.DataCount> counts = new ArrayList<>();
    Path split = context.input("split");
    JsonNode parts = Json.MAPPER.readTree(split.resolve("split.json").toFile()).path("parts");
    for (Map.Entry<String, JsonNode> part : parts.properties()) {
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

  /** What the split says that it assumed about the data. */
  private static List<String> assumed(Path split) throws IOException {
    List<String> lines = new ArrayList<>();
    JsonNode json = Json.MAPPER.readTree(split.resolve("split.json").toFile());
    json.path("assumed").forEach(line -> lines.add(line.asText()));
    return lines;
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

  private static List<String> notes(Path root) {
    try (var markers = Files.walk(root, 2)) {
      boolean phantom =
          markers.anyMatch(
              p -> p.getFileName() != null && p.getFileName().toString().contains("phantom"));
      return phantom
          ? List.of(
              "The images are synthetic phantoms, not patients: the figures show that the system"
                  + " works, not how well it would do in a hospital.")
          : List.of();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static ExperimentReport.ProvenanceNote provenance(
      RunContext context, ReportRun told, Map<String, Path> folders) throws IOException {
    Instant first = null;
    Instant last = null;
    Map<String, String> versions = new TreeMap<>();
    Map<String, String> digests = new LinkedHashMap<>();
    String host = "";
    Path split = context.input("split").resolve("split.json");
    digests.put("split.json", Digests.sha256(split));
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

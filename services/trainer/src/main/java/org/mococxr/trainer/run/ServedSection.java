package org.mococxr.trainer.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.mococxr.datasets.Attributes;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.Label;
import org.mococxr.evaluation.calibration.Calibration;
import org.mococxr.evaluation.report.ExperimentReport;
import org.mococxr.evaluation.report.ServedModel;
import org.mococxr.evaluation.report.Subgroups;
import org.mococxr.evaluation.results.GroundTruth;
import org.mococxr.evaluation.results.Predictions;
import org.mococxr.evaluation.results.TaskOutcome;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.files.ImageDecoder;
import org.mococxr.imaging.files.ImageWriter;
import org.mococxr.imaging.heatmap.Overlay;
import org.mococxr.imaging.transform.Resize;
import org.mococxr.learning.explain.ServedHeatMaps;
import org.mococxr.learning.export.Bundle;
import org.mococxr.learning.export.BundleDescription;
import org.mococxr.learning.export.ModelExport;
import org.mococxr.specs.run.ReportRun;
import org.mococxr.specs.run.TestedRun;

/**
 * The served model on the test set: figures, subgroups and a few images.
 *
 * @param model null without a served model, or without its predictions
 * @param samples half of them positive for the first task, as far as there are any
 * @param notes for the reader of the report
 */
record ServedSection(
    ServedModel model,
    List<ExperimentReport.Sample> samples,
    List<ExperimentReport.Subgroup> subgroups,
    List<String> notes) {
  /** Of a report without a served model. */
  static final ServedSection NONE = new ServedSection(null, List.of(), List.of(), List.of());

  private static final int SAMPLES = 8;

  /** Side of a picture in the page, in pixels. */
  private static final int SAMPLE_SIZE = 192;

  static ServedSection read(
      ReportRun told,
      Map<String, Path> folders,
      Dataset test,
      Map<String, List<ServedModel.Reader>> readers) {
    Bundle served = Bundle.read(folders.get("export").resolve(ModelExport.FOLDER));
    BundleDescription bundle = served.description();
    Path run = folders.get(servedRuns(told, bundle).getFirst().run());
    Path tested = bundle.testedByItself() ? folders.get("export") : run;
    if (bundle.testedByItself() && !Files.exists(tested.resolve(Predictions.FILE_NAME))) {
      // An earlier version made the export; an experiment goes on over an upgrade.
      return new ServedSection(
          null,
          List.of(),
          List.of(),
          List.of(
              "Without figures of the served model: its predictions were not kept when it was"
                  + " exported by an earlier version. Export it again for these."));
    }
    Predictions predictions = Predictions.read(tested.resolve(Predictions.FILE_NAME));
    GroundTruth truth = GroundTruth.read(tested.resolve(GroundTruth.FILE_NAME));
    // The predictions are calibrated already.
    Map<String, ServedModel.Decision> decisions = new HashMap<>();
    bundle
        .thresholds()
        .forEach(
            (task, threshold) ->
                decisions.put(task, new ServedModel.Decision(new Calibration.None(), threshold)));
    ServedModel model =
        ServedModel.of(
            bundle.name(),
            bundle.version(),
            description(bundle),
            predictions,
            truth,
            decisions,
            readers);
    List<ExperimentReport.Subgroup> subgroups = subgroups(test, predictions, truth);
    try (ServedHeatMaps heat = new ServedHeatMaps(served)) {
      return heat.given()
          ? new ServedSection(model, samples(test, predictions, bundle, heat), subgroups, List.of())
          : new ServedSection(
              model,
              List.of(),
              subgroups,
              List.of(
                  "Without images: the served model joins networks whose heat maps have different"
                      + " sizes, and gives none."));
    }
  }

  /**
   * The runs that the bundle was made of, mostly one, by what its provenance says of them.
   *
   * @throws UserErrorException if the report has not all of them
   */
  static List<TestedRun> servedRuns(ReportRun told, BundleDescription bundle) {
    return made(bundle).stream().map(p -> servedRun(told, bundle, p)).toList();
  }

  private static TestedRun servedRun(ReportRun told, BundleDescription bundle, Map<?, ?> p) {
    // Of several runs the provenance says their networks together.
    List<String> architectures = List.of(bundle.architecture().split("\\+"));
    return told.runs().stream()
        .filter(run -> architectures.contains(run.architecture(told.architecture())))
        .filter(run -> run.initialisation().equals(p.get("initialisation")))
        .filter(run -> run.mode().text().equals(p.get("mode")))
        .filter(run -> run.fraction() == ((Number) p.get("fraction")).doubleValue())
        .filter(run -> run.draw() == ((Number) p.get("draw")).intValue())
        .findFirst()
        .orElseThrow(
            () ->
                new UserErrorException(
                    "report",
                    "the served run (%s, %s) is not among the inputs"
                        .formatted(bundle.architecture(), particulars(p)),
                    "give the folder of every run"));
  }

  /** Provenance of each run of a bundle. */
  private static List<Map<?, ?>> made(BundleDescription bundle) {
    List<Map<?, ?>> runs = new ArrayList<>();
    if (bundle.provenance().get("runs") instanceof List<?> joined) {
      joined.forEach(run -> runs.add((Map<?, ?>) run));
    } else {
      runs.add(bundle.provenance());
    }
    return runs;
  }

  private static String description(BundleDescription bundle) {
    List<Map<?, ?>> runs = made(bundle);
    String all =
        runs.stream().map(ServedSection::particulars).distinct().collect(Collectors.joining("; "));
    return runs.size() == 1
        ? bundle.architecture() + ", " + all
        : "%s, %s of %d runs: %s"
            .formatted(
                bundle.architecture(), bundle.provenance().get("aggregation"), runs.size(), all);
  }

  private static String particulars(Map<?, ?> p) {
    return "%s, %s, fraction %s of the labels, draw %s"
        .formatted(p.get("initialisation"), p.get("mode"), p.get("fraction"), p.get("draw"));
  }

  private static List<ExperimentReport.Sample> samples(
      Dataset test, Predictions predictions, BundleDescription bundle, ServedHeatMaps heat) {
    Map<String, double[]> byStudy = new HashMap<>();
    predictions.studies().forEach(row -> byStudy.put(row.study(), row.values()));
    String task = predictions.tasks().getFirst();
    int column = bundle.tasks().indexOf(task);
    ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());
    List<ExperimentReport.Sample> samples = new ArrayList<>();
    for (Label wanted : List.of(Label.POSITIVE, Label.NEGATIVE)) {
      int before = samples.size();
      for (ImageRecord image : test.images()) {
        double[] values = byStudy.get(image.studyKey());
        if (values == null || image.label(test.task(task)) != wanted) {
          continue;
        }
        GreyImage view = heat.view(decoder.decode(test.file(image)));
        GreyImage shown = Resize.to(SAMPLE_SIZE, SAMPLE_SIZE).apply(view);
        samples.add(
            new ExperimentReport.Sample(
                image.studyKey(),
                dataUri(ImageWriter.toPng(shown)),
                dataUri(Overlay.png(shown, heat.map(view, column))),
                findings(test, image, predictions, values)));
        if (samples.size() - before == SAMPLES / 2) {
          break;
        }
      }
    }
    return samples;
  }

  private static List<ExperimentReport.Finding> findings(
      Dataset test, ImageRecord image, Predictions predictions, double[] values) {
    List<ExperimentReport.Finding> findings = new ArrayList<>();
    for (int t = 0; t < predictions.tasks().size(); t++) {
      String task = predictions.tasks().get(t);
      Label label = image.label(test.task(task));
      Boolean known =
          label == Label.POSITIVE ? Boolean.TRUE : label == Label.NEGATIVE ? Boolean.FALSE : null;
      findings.add(new ExperimentReport.Finding(task, known, values[t]));
    }
    return findings;
  }

  private static String dataUri(byte[] png) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
  }

  private static List<ExperimentReport.Subgroup> subgroups(
      Dataset test, Predictions predictions, GroundTruth truth) {
    Map<String, Subgroups.Attributes> byStudy = new LinkedHashMap<>();
    for (ImageRecord image : test.images()) {
      Attributes a = image.attributes();
      byStudy.putIfAbsent(
          image.studyKey(),
          new Subgroups.Attributes(
              a.sex().text(),
              a.ageYears(),
              (a.orientation().text() + " " + a.projection().text()).strip()));
    }
    List<ExperimentReport.Subgroup> table = new ArrayList<>();
    for (String task : predictions.tasks()) {
      table.addAll(Subgroups.of(TaskOutcome.of(predictions, truth, task), byStudy, 0.95));
    }
    return table;
  }
}

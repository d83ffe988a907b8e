package org.mococxr.evaluation.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.mococxr.evaluation.calibration.Calibration;
import org.mococxr.evaluation.calibration.Platt;
import org.mococxr.evaluation.embedding.Tsne;
import org.mococxr.evaluation.intervals.BootstrapOptions;
import org.mococxr.evaluation.intervals.ExperimentIntervals;
import org.mococxr.evaluation.intervals.IntervalAnalysis;
import org.mococxr.evaluation.intervals.RunResult;
import org.mococxr.evaluation.results.GroundTruth;
import org.mococxr.evaluation.results.Predictions;
import org.mococxr.evaluation.results.StudyRow;
import org.mococxr.evaluation.results.TaskOutcome;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.RandomStream;
import org.mococxr.specs.run.Paper;

/**
 * A report with every part, from simulated predictions: what MoCo gains shrinks as labels grow, as
 * in the paper. The numbers are made up and say so.
 */
public final class SampleReport {
  static final String TASK = "Pleural Effusion";
  private static final double[] FRACTIONS = {0.01, 0.1, 1};
  private static final int STUDIES = 240;

  private SampleReport() {}

  /** Runs of three initialisations, two modes, three fractions and three draws. */
  static List<RunResult> runs(Path folder, List<String> tasks) {
    List<RunResult> runs = new ArrayList<>();
    GroundTruth truth = truth(tasks);
    Path truthFile = folder.resolve("groundtruth.csv");
    truth.write(truthFile);
    for (String mode : List.of("end-to-end", "linear")) {
      for (String initialisation : List.of("random", "moco", "imagenet")) {
        for (double fraction : FRACTIONS) {
          for (int draw = 0; draw < 3; draw++) {
            String name = "%s-%s-%s-it%d".formatted(initialisation, mode, fraction, draw);
            Path file = folder.resolve(name).resolve("predictions.csv");
            predictions(truth, separation(initialisation, mode, fraction), name).write(file);
            runs.add(
                new RunResult("resnet18", mode, initialisation, fraction, draw, file, truthFile));
          }
        }
      }
    }
    return runs;
  }

  static GroundTruth truth(List<String> tasks) {
    RandomStream random = RandomStream.of(5, "truth");
    List<StudyRow> rows = new ArrayList<>();
    for (int i = 0; i < STUDIES; i++) {
      double[] labels = new double[tasks.size()];
      for (int task = 0; task < labels.length; task++) {
        labels[task] = random.nextBoolean(0.35) ? 1 : 0;
      }
      rows.add(new StudyRow("patient%03d/study1".formatted(i / 2), "patient" + i / 2, labels));
      if (i % 2 == 1) {
        rows.set(i, new StudyRow("patient%03d/study2".formatted(i / 2), "patient" + i / 2, labels));
      }
    }
    return new GroundTruth(tasks, rows);
  }

  private static double separation(String initialisation, String mode, double fraction) {
    double ceiling = mode.equals("linear") ? 1.75 : 2.1;
    double gap =
        switch (initialisation) {
          case "moco" -> 0.35;
          case "imagenet" -> 0.75;
          default -> mode.equals("linear") ? 1.3 : 1.0;
        };
    return ceiling - gap * (1 + Math.log10(1 / fraction)) / 2;
  }

  private static Predictions predictions(GroundTruth truth, double separation, String name) {
    List<StudyRow> rows = new ArrayList<>();
    for (int i = 0; i < truth.studies().size(); i++) {
      StudyRow row = truth.studies().get(i);
      // One part of the noise belongs to the study: every model finds the same ones hard.
      RandomStream shared = RandomStream.of(6, "study", i);
      RandomStream own = RandomStream.of(6, "run " + name, i);
      double[] values = new double[row.values().length];
      for (int task = 0; task < values.length; task++) {
        double noise = 0.8 * shared.nextGaussian() + 0.6 * own.nextGaussian();
        values[task] =
            Calibration.sigmoid(1.6 * (row.values()[task] * separation + noise - separation / 2));
      }
      rows.add(new StudyRow(row.study(), row.patient(), values));
    }
    return new Predictions(truth.tasks(), rows);
  }

  /** The whole report. */
  public static ExperimentReport make(Path folder) {
    List<RunResult> runs = runs(folder, List.of(TASK));
    ExperimentIntervals intervals =
        IntervalAnalysis.run(runs, BootstrapOptions.defaults(1), Progress.SILENT);
    RunResult best =
        runs.stream()
            .filter(run -> run.initialisation().equals("moco") && run.fraction() == 1)
            .findFirst()
            .orElseThrow();
    Predictions predictions = Predictions.read(best.predictions());
    GroundTruth truth = GroundTruth.read(best.groundTruth());
    ServedModel served =
        ServedModel.of(
            "pleural-effusion",
            "1",
            "MoCo, end-to-end, all labels, draw 0",
            predictions,
            truth,
            Map.of(TASK, new ServedModel.Decision(new Platt(6.1, -3.4), 0.35)),
            Map.of(
                TASK,
                List.of(
                    new ServedModel.Reader("Radiologist 1", 0.80, 0.92, 0.85),
                    new ServedModel.Reader("Radiologist 2", 0.78, 0.86, 0.75),
                    new ServedModel.Reader("Radiologist 3", 0.62, 0.95, 0.87))));
    return new ExperimentReportBuilder(
            "Pleural effusion with few labels", "sample", Instant.parse("2026-11-23T02:00:00Z"))
        .note("A sample with simulated predictions: it shows the report, not the method.")
        .setup(
            new ExperimentReport.Setup(
                "simulated",
                List.of(TASK),
                List.of("resnet18"),
                List.of("moco", "imagenet", "random"),
                List.of("linear", "end-to-end"),
                List.of(0.01, 0.1, 1.0),
                Map.of("Image size", "224 px")))
        .data(
            List.of(
                new ExperimentReport.DataCount("pretraining", null, 20000, 15400, 8100, Map.of()),
                count("1 % of the labels, draw 0", 0.01, 120),
                count("10 % of the labels, draw 0", 0.1, 1200),
                count("all labels", 1.0, 12000),
                count("test", null, STUDIES)))
        .intervals(intervals)
        .pretraining(pretraining())
        .samples(samples(predictions, truth))
        .served(served)
        .subgroups(Subgroups.of(TaskOutcome.of(predictions, truth, TASK), attributes(truth), 0.95))
        .embedding(embedding(truth))
        .published(PublishedNumbers.of(Paper.MOCO_CXR))
        .provenance(provenance())
        .build();
  }

  private static Map<String, Subgroups.Attributes> attributes(GroundTruth truth) {
    RandomStream random = RandomStream.of(9, "attributes");
    Map<String, Subgroups.Attributes> attributes = new LinkedHashMap<>();
    for (StudyRow row : truth.studies()) {
      String sex = random.nextBoolean(0.5) ? "female" : "male";
      String view = random.nextBoolean(0.3) ? "frontal, PA" : "frontal, AP";
      double age = 20 + 70 * random.nextDouble();
      attributes.put(row.study(), new Subgroups.Attributes(sex, age, view));
    }
    return attributes;
  }

  private static ExperimentReport.DataCount count(String part, Double fraction, long images) {
    return new ExperimentReport.DataCount(
        part, fraction, images, images, Math.max(1, images / 2), Map.of(TASK, images * 35 / 100));
  }

  private static ExperimentReport.Pretraining pretraining() {
    RandomStream random = RandomStream.of(7, "loss");
    List<ExperimentReport.PretrainingStep> steps = new ArrayList<>();
    for (int step = 0; step <= 1500; step += 5) {
      double epoch = step / 75.0;
      double loss = 4.2 + 3.2 * Math.exp(-epoch / 4) + 0.05 * random.nextGaussian();
      double accuracy = 0.62 * (1 - Math.exp(-epoch / 6)) + 0.01 * random.nextDouble();
      Double probe = step % 150 == 0 ? 0.6 + 0.22 * (1 - Math.exp(-epoch / 5)) : null;
      steps.add(new ExperimentReport.PretrainingStep(step, epoch, loss, accuracy, probe));
    }
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("Queue", "4,096 keys");
    settings.put("Batch", "64 images");
    settings.put("Learning rate", "1e-4, cosine");
    settings.put("Augmentation", "rotation ±10°, crops, flips");
    return new ExperimentReport.Pretraining(steps, settings);
  }

  private static List<ExperimentReport.Sample> samples(Predictions predictions, GroundTruth truth) {
    List<ExperimentReport.Sample> samples = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      StudyRow row = predictions.studies().get(i);
      boolean label = truth.studies().get(i).values()[0] == 1;
      samples.add(
          new ExperimentReport.Sample(
              row.study(),
              picture(i, false),
              picture(i, true),
              List.of(new ExperimentReport.Finding(TASK, label, row.values()[0]))));
    }
    return samples;
  }

  private static String picture(int seed, boolean heat) {
    int size = 128;
    BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        double left = Math.hypot((x - 40) / 24.0, (y - 62) / 42.0);
        double right = Math.hypot((x - 88) / 24.0, (y - 62) / 42.0);
        double lung = Math.min(left, right);
        int grey =
            (int) (40 + 150 / (1 + Math.exp(-6 * (lung - 1))) + 8 * Math.sin(y / 5.0 + seed));
        double warm = heat ? Math.exp(-Math.hypot(x - 36, y - 98) / 16) : 0;
        int red = (int) (grey + (255 - grey) * warm);
        int blue = (int) (grey * (1 - warm));
        image.setRGB(x, y, red << 16 | grey << 8 | blue);
      }
    }
    try (ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
      ImageIO.write(image, "png", bytes);
      return "data:image/png;base64," + Base64.getEncoder().encodeToString(bytes.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ExperimentReport.Embedding embedding(GroundTruth truth) {
    RandomStream random = RandomStream.of(8, "features");
    int n = truth.studies().size();
    double[][] features = new double[n][16];
    for (int i = 0; i < n; i++) {
      double shift = truth.studies().get(i).values()[0] == 1 ? 1.2 : 0;
      for (int k = 0; k < features[i].length; k++) {
        features[i][k] = random.nextGaussian() + (k < 6 ? shift : 0);
      }
    }
    double[][] layout = Tsne.layout(features, Tsne.Options.defaults(8));
    List<ExperimentReport.EmbeddedImage> images = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      StudyRow row = truth.studies().get(i);
      String label = row.values()[0] == 1 ? "positive" : "negative";
      images.add(
          new ExperimentReport.EmbeddedImage(layout[i][0], layout[i][1], label, row.study()));
    }
    return new ExperimentReport.Embedding(
        "t-SNE", "the encoder that moco models start from, before fine-tuning", TASK, n, images);
  }

  private static ExperimentReport.ProvenanceNote provenance() {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("MoCo-CXR", "0.1.0");
    versions.put("Java", "25");
    return new ExperimentReport.ProvenanceNote(
        1,
        "sample host, 2 cores",
        Instant.parse("2026-11-23T01:00:00Z"),
        Instant.parse("2026-11-23T02:00:00Z"),
        versions,
        Map.of("split.json", "0123456789abcdef".repeat(4)),
        List.of(
            "# Save the experiment below as sample.yaml.",
            "bin/mococxr experiment submit sample.yaml"),
        """
        name: sample
        seed: 1
        data:
          root: /data/x-rays
        tasks:
        - Pleural Effusion
        """);
  }

  /** Writes the sample's three files into the folder given. */
  public static void main(String[] args) {
    Path folder = Path.of(args[0]);
    System.out.println(ReportFiles.write(make(folder.resolve("runs")), folder));
  }
}

package org.mococxr.learning.explain;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.Label;
import org.mococxr.datasets.manifest.Manifest;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.files.ImageDecoder;
import org.mococxr.imaging.heatmap.HeatMap;
import org.mococxr.imaging.heatmap.Overlay;
import org.mococxr.learning.evaluation.Checkpoint;
import org.mococxr.learning.evaluation.Ensemble;
import org.mococxr.learning.evaluation.FineTuned;
import org.mococxr.learning.features.Encoder;
import org.mococxr.specs.training.FineTuningOptions.Aggregation;

/**
 * Draws heat maps over pictures with positive findings, per task. What the checkpoints of a run's
 * ensemble see is joined, and then what several runs see.
 */
public final class Explaining {
  /** The list of what was drawn, in the run's folder. */
  public static final String INDEX = "explanations.json";

  /** Pictures whose maps are held until all models have seen them. */
  private static final int AT_ONCE = 32;

  private final ExplainOptions options;
  private final Path folder;
  private final Dataset test;
  private final Progress progress;
  private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());
  private final List<Drawn> drawn = new ArrayList<>();

  private Explaining(ExplainOptions options, Path folder, Progress progress) {
    this.options = options;
    this.folder = folder;
    this.test = Manifest.read(options.test(), options.root());
    this.progress = progress;
  }

  /**
   * One overlay.
   *
   * @param image path of the picture
   * @param study its study
   * @param task the finding
   * @param file the overlay, relative to the folder
   */
  public record Drawn(String image, String study, String task, String file) {}

  /**
   * A run whose predictions are explained.
   *
   * @param ensemble empty where its model stands alone
   */
  private record Run(Path folder, FineTuned model, Optional<Ensemble> ensemble) {
    static Run read(Path folder) {
      FineTuned model = FineTuned.read(folder);
      return new Run(folder, model, Ensemble.of(folder, model.description().form()));
    }

    List<String> tasks() {
      return model.head().tasks();
    }

    Encoder.Description view() {
      return model.encoder().description();
    }

    Checkpoint member(Ensemble.Member member) {
      return model.kept(folder.resolve(member.path()));
    }
  }

  /**
   * Draws.
   *
   * @param folder gets {@code explanations/<task>/<patient>_<study>_<view>.png} and {@link #INDEX}
   * @throws UserErrorException if several runs see different parts of a picture
   */
  public static List<Drawn> run(ExplainOptions options, Path folder, Progress progress) {
    return new Explaining(options, folder, progress).draw();
  }

  private List<Drawn> draw() {
    List<Run> runs = options.runs().stream().map(Run::read).toList();
    runs.forEach(run -> requireSameView(run, runs.getFirst()));
    Set<String> tasks = new LinkedHashSet<>();
    runs.forEach(run -> run.tasks().forEach(task -> tasks.add(test.task(task))));
    for (String task : tasks) {
      List<ImageRecord> images = positives(task);
      for (int from = 0; from < images.size(); from += AT_ONCE) {
        draw(runs, task, images.subList(from, Math.min(images.size(), from + AT_ONCE)));
      }
    }
    Json.write(folder.resolve(INDEX), drawn);
    return drawn;
  }

  private static void requireSameView(Run run, Run first) {
    if (!run.view().geometry().equals(first.view().geometry())
        || run.view().imageSize() != first.view().imageSize()) {
      throw UserErrorException.at(
          run.folder(),
          "its pictures are brought to another size than those of the first run",
          "runs of the same resize, geometry and image size, or explain them one by one");
    }
  }

  private void draw(List<Run> runs, String task, List<ImageRecord> images) {
    Encoder.Description view = runs.getFirst().view();
    List<GreyImage> pictures = images.stream().map(image -> picture(image, view)).toList();
    List<HeatMap> maps =
        joined(
            runs.stream()
                .map(run -> seen(run, task, pictures))
                .filter(found -> !found.isEmpty())
                .toList(),
            false);
    for (int i = 0; i < maps.size(); i++) {
      String file = file(task, images.get(i));
      Overlay.write(pictures.get(i), maps.get(i), folder.resolve(file));
      drawn.add(new Drawn(images.get(i).path(), images.get(i).studyKey(), task, file));
      report(task);
    }
  }

  /** A run's map of each picture: its model's, or what its checkpoints see; none without task. */
  private List<HeatMap> seen(Run run, String task, List<GreyImage> pictures) {
    int index =
        IntStream.range(0, run.tasks().size())
            .filter(t -> test.task(run.tasks().get(t)).equals(task))
            .findFirst()
            .orElse(-1);
    if (index < 0) {
      return List.of();
    }
    if (run.ensemble().isEmpty()) {
      return seen(run.model().best(), index, task, pictures);
    }
    Ensemble ensemble = run.ensemble().get();
    return joined(
        ensemble.models().getOrDefault(run.tasks().get(index), List.of()).stream()
            .map(member -> seen(run.member(member), index, task, pictures))
            .toList(),
        ensemble.aggregation() == Aggregation.MAX);
  }

  private List<HeatMap> seen(
      Checkpoint checkpoint, int index, String task, List<GreyImage> pictures) {
    List<HeatMap> maps = new ArrayList<>();
    try (Evidence evidence = evidence(checkpoint)) {
      for (GreyImage picture : pictures) {
        maps.add(evidence.map(picture, index));
        report(task);
      }
    }
    return maps;
  }

  /** Picture by picture, what several see of it; none where nobody sees any. */
  private static List<HeatMap> joined(List<List<HeatMap>> maps, boolean largest) {
    if (maps.size() < 2) {
      return maps.isEmpty() ? List.of() : maps.getFirst();
    }
    return IntStream.range(0, maps.getFirst().size())
        .mapToObj(i -> HeatMap.joined(maps.stream().map(of -> of.get(i)).toList(), largest))
        .toList();
  }

  private void report(String task) {
    progress.update("explaining " + task, drawn.size(), 0);
  }

  private Evidence evidence(Checkpoint checkpoint) {
    return switch (options.told().method()) {
      case GRAD_CAM ->
          new GradCam(
              checkpoint.encoder(),
              checkpoint.head(),
              options.told().layer() == null
                  ? checkpoint.encoder().network().featureMap()
                  : options.told().layer());
      case GUIDED_BACKPROP -> new GuidedBackpropagation(checkpoint.encoder(), checkpoint.head());
    };
  }

  private List<ImageRecord> positives(String task) {
    return test.images().stream()
        .filter(image -> image.label(task) == Label.POSITIVE)
        .limit(options.told().count())
        .toList();
  }

  /** As the network takes it. */
  private GreyImage picture(ImageRecord image, Encoder.Description encoder) {
    return encoder.view(decoder.decode(test.file(image)));
  }

  private static String file(String task, ImageRecord image) {
    return "explanations/%s/%s_%s_%s.png"
        .formatted(plain(task), plain(image.patient()), plain(image.study()), plain(image.view()));
  }

  private static String plain(String name) {
    return name.replaceAll("[^A-Za-z0-9.-]+", "-");
  }
}

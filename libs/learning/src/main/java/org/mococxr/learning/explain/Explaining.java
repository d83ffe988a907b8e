package org.mococxr.learning.explain;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.Label;
import org.mococxr.datasets.manifest.Manifest;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.RandomStream;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.augmentation.Augmentations;
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

  private final ExplainOptions options;
  private final Dataset test;
  private final Progress progress;
  private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());

  private Explaining(ExplainOptions options, Progress progress) {
    this.options = options;
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

  /** A picture of a finding. */
  private record Wanted(String task, ImageRecord image) {}

  /**
   * Draws.
   *
   * @param folder gets {@code explanations/<task>/<patient>_<study>_<view>.png} and {@link #INDEX}
   * @throws UserErrorException if several runs see different parts of a picture
   */
  public static List<Drawn> run(ExplainOptions options, Path folder, Progress progress) {
    return new Explaining(options, progress).draw(folder);
  }

  private List<Drawn> draw(Path folder) {
    List<FineTuned> models = options.runs().stream().map(FineTuned::read).toList();
    Encoder.Description view = models.getFirst().encoder().description();
    Map<Wanted, List<HeatMap>> maps = new LinkedHashMap<>();
    for (int m = 0; m < models.size(); m++) {
      Path run = options.runs().get(m);
      requireSameView(run, models.get(m).encoder().description(), view);
      ofRun(run, models.get(m))
          .forEach((wanted, map) -> maps.computeIfAbsent(wanted, w -> new ArrayList<>()).add(map));
    }
    List<Drawn> drawn = new ArrayList<>();
    maps.forEach(
        (wanted, found) -> {
          String file = file(wanted);
          HeatMap map = found.size() == 1 ? found.getFirst() : HeatMap.joined(found, false);
          Overlay.write(picture(wanted.image(), view), map, folder.resolve(file));
          drawn.add(
              new Drawn(wanted.image().path(), wanted.image().studyKey(), wanted.task(), file));
          progress.update("explaining " + wanted.task(), drawn.size(), 0);
        });
    Json.write(folder.resolve(INDEX), drawn);
    return drawn;
  }

  private static void requireSameView(
      Path run, Encoder.Description found, Encoder.Description first) {
    if (!found.geometry().equals(first.geometry()) || found.imageSize() != first.imageSize()) {
      throw UserErrorException.at(
          run,
          "its pictures are brought to another size than those of the first run",
          "runs of the same resize, geometry and image size, or explain them one by one");
    }
  }

  /** What a run sees: its model, or the checkpoints that it joins, each in the tasks it is in. */
  private Map<Wanted, HeatMap> ofRun(Path run, FineTuned model) {
    List<String> tasks = model.head().tasks();
    Optional<Ensemble> ensemble = Ensemble.of(run);
    if (ensemble.isEmpty()) {
      Map<Wanted, HeatMap> maps = new LinkedHashMap<>();
      see(new Checkpoint(model.encoder(), model.head()), tasks, maps::put);
      return maps;
    }
    Map<String, List<String>> byPath = new LinkedHashMap<>();
    for (String task : tasks) {
      for (Ensemble.Member member : ensemble.get().models().getOrDefault(task, List.of())) {
        byPath.computeIfAbsent(member.path(), path -> new ArrayList<>()).add(task);
      }
    }
    Map<Wanted, List<HeatMap>> found = new LinkedHashMap<>();
    byPath.forEach(
        (path, of) ->
            see(
                Checkpoint.read(
                    run.resolve(path),
                    model.encoder().description(),
                    tasks,
                    model.description().form()),
                of,
                (wanted, map) -> found.computeIfAbsent(wanted, w -> new ArrayList<>()).add(map)));
    boolean largest = ensemble.get().aggregation() == Aggregation.MAX;
    Map<Wanted, HeatMap> maps = new LinkedHashMap<>();
    for (String task : tasks) {
      found.forEach(
          (wanted, of) -> {
            if (wanted.task().equals(test.task(task))) {
              maps.put(wanted, HeatMap.joined(of, largest));
            }
          });
    }
    return maps;
  }

  private void see(Checkpoint member, List<String> tasks, BiConsumer<Wanted, HeatMap> maps) {
    try (Evidence evidence = evidence(member)) {
      for (String task : tasks) {
        for (Wanted wanted : positives(test.task(task))) {
          GreyImage picture = picture(wanted.image(), member.encoder().description());
          maps.accept(wanted, evidence.map(picture, member.head().tasks().indexOf(task)));
          progress.update("looking for " + wanted.task(), 0, 0);
        }
      }
    }
  }

  private Evidence evidence(Checkpoint member) {
    return switch (options.told().method()) {
      case GRAD_CAM ->
          new GradCam(
              member.encoder(),
              member.head(),
              options.told().layer() == null
                  ? member.encoder().network().featureMap()
                  : options.told().layer());
      case GUIDED_BACKPROP -> new GuidedBackpropagation(member.encoder(), member.head());
    };
  }

  private List<Wanted> positives(String task) {
    return test.images().stream()
        .filter(image -> image.label(task) == Label.POSITIVE)
        .limit(options.told().count())
        .map(image -> new Wanted(task, image))
        .toList();
  }

  /** As the network takes it. */
  private GreyImage picture(ImageRecord image, Encoder.Description view) {
    GreyImage resized = view.geometry().transform().apply(decoder.decode(test.file(image)));
    return Augmentations.centre(view.imageSize()).apply(resized, RandomStream.of(0, "centre"));
  }

  private static String file(Wanted wanted) {
    ImageRecord image = wanted.image();
    return "explanations/%s/%s_%s_%s.png"
        .formatted(
            plain(wanted.task()),
            plain(image.patient()),
            plain(image.study()),
            plain(image.view()));
  }

  private static String plain(String name) {
    return name.replaceAll("[^A-Za-z0-9.-]+", "-");
  }
}

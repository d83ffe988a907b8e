package org.mococxr.learning.explain;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.Label;
import org.mococxr.datasets.manifest.Manifest;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.RandomStream;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.augmentation.Augmentation;
import org.mococxr.imaging.augmentation.Augmentations;
import org.mococxr.imaging.files.ImageDecoder;
import org.mococxr.imaging.heatmap.Overlay;
import org.mococxr.learning.evaluation.FineTuned;
import org.mococxr.learning.features.Encoder;

/** Draws Grad-CAM overlays of a fine-tuned model's positive findings, per study and task. */
public final class Explaining {
  /** The list of what was drawn, in the run's folder. */
  public static final String INDEX = "explanations.json";

  private Explaining() {}

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
   * Draws.
   *
   * @param folder gets {@code explanations/<task>/<patient>_<study>_<view>.png} and {@link #INDEX}
   */
  public static List<Drawn> run(ExplainOptions options, Path folder, Progress progress) {
    FineTuned model = FineTuned.read(options.run());
    Encoder.Description d = model.encoder().description();
    String layer =
        options.told().layer() == null ? d.network().featureMap() : options.told().layer();
    Dataset test = Manifest.read(options.test(), options.root());
    ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());
    Augmentation centre = Augmentations.centre(d.imageSize());
    List<Drawn> drawn = new ArrayList<>();
    try (GradCam cam = new GradCam(model.encoder(), model.head(), layer)) {
      List<String> tasks = model.head().tasks();
      for (int t = 0; t < tasks.size(); t++) {
        String task = test.task(tasks.get(t));
        List<ImageRecord> positive =
            test.images().stream()
                .filter(image -> image.label(task) == Label.POSITIVE)
                .limit(options.told().count())
                .toList();
        for (ImageRecord image : positive) {
          GreyImage resized = d.geometry().transform().apply(decoder.decode(test.file(image)));
          GreyImage picture = centre.apply(resized, RandomStream.of(0, "centre"));
          String file =
              "explanations/%s/%s_%s_%s.png"
                  .formatted(
                      plain(task),
                      plain(image.patient()),
                      plain(image.study()),
                      plain(image.view()));
          Overlay.write(picture, cam.map(picture, t), folder.resolve(file));
          drawn.add(new Drawn(image.path(), image.studyKey(), task, file));
          progress.update("explaining " + task, drawn.size(), 0);
        }
      }
    }
    Json.write(folder.resolve(INDEX), drawn);
    return drawn;
  }

  private static String plain(String name) {
    return name.replaceAll("[^A-Za-z0-9.-]+", "-");
  }
}

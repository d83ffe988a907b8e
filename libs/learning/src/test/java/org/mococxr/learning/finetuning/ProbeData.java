package org.mococxr.learning.finetuning;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.datasets.Attributes;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.Label;
import org.mococxr.datasets.manifest.Manifest;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.RandomStream;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.learning.features.Encoder;
import org.mococxr.learning.features.FeatureStore;
import org.mococxr.learning.state.Tensor;
import org.mococxr.learning.state.io.Npy;

/** A made-up data set whose features tell the labels, up to noise: no picture, no network. */
final class ProbeData {
  static final List<String> TASKS = List.of("Edema", "Pneumothorax");
  static final int DIMENSION = 512;

  private static final Encoder ENCODER =
      Encoder.random("resnet18", 1, Normalisation.CHEXPERT, Geometry.shorterSide(64), 64);

  private final Path folder;
  private final List<String> tasks;
  private final List<String> paths = new ArrayList<>();
  private final List<Float> features = new ArrayList<>();

  ProbeData(Path folder) throws IOException {
    this(folder, TASKS);
  }

  /** Of more than two tasks, exactly one is true of each study. */
  ProbeData(Path folder, List<String> tasks) throws IOException {
    this.folder = folder;
    this.tasks = tasks;
    part("train", 120, 0);
    part("valid", 60, 1000);
    part("test", 60, 2000);
    ENCODER.write(folder.resolve("encoder"));
    store(ENCODER.description().digest());
  }

  void store(String digest) throws IOException {
    float[] values = new float[features.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = features.get(i);
    }
    Path store = folder.resolve("features");
    Npy.write(store.resolve(FeatureStore.ARRAY), Tensor.ofFloats(values, paths.size(), DIMENSION));
    Files.write(store.resolve(FeatureStore.IMAGES), paths);
    Json.write(
        store.resolve(FeatureStore.DESCRIPTION),
        new FeatureStore.Description(
            digest,
            Normalisation.CHEXPERT,
            Geometry.shorterSide(64),
            64,
            paths.size(),
            DIMENSION,
            "none"));
  }

  private void part(String name, int studies, int firstPatient) {
    List<ImageRecord> images = new ArrayList<>();
    for (int s = 0; s < studies; s++) {
      RandomStream random = RandomStream.of(9, name, s);
      boolean[] is = new boolean[tasks.size()];
      for (int t = 0; t < is.length; t++) {
        is[t] = tasks.size() > 2 ? s % is.length == t : s % (3 - t) == 0;
      }
      String patient = "patient%05d".formatted(firstPatient + s);
      for (int view = 1; view <= 2; view++) {
        String path = "%s/study1/view%d_frontal.png".formatted(patient, view);
        Map<String, Label> labels = new LinkedHashMap<>();
        for (int t = 0; t < is.length; t++) {
          labels.put(tasks.get(t), is[t] ? Label.POSITIVE : Label.NEGATIVE);
        }
        images.add(
            new ImageRecord(
                path,
                patient,
                "study1",
                "view%d_frontal".formatted(view),
                labels,
                Attributes.UNKNOWN));
        paths.add(path);
        for (int j = 0; j < DIMENSION; j++) {
          double signal = j / 8 < is.length && is[j / 8] ? 2 : 0;
          features.add((float) (signal + 3 + 2 * random.nextGaussian()));
        }
      }
    }
    Manifest.write(
        new Dataset(name, folder, tasks, images, List.of()), folder.resolve(name + ".csv"));
  }

  /** Options of a run on these data. */
  Map<String, Object> options() {
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("encoder", folder.resolve("encoder").toString());
    options.put("features", folder.resolve("features").toString());
    options.put("root", folder.toString());
    for (String part : List.of("train", "valid", "test")) {
      options.put(part, folder.resolve(part + ".csv").toString());
    }
    options.put("tasks", tasks);
    options.put("mode", "linear");
    return options;
  }
}

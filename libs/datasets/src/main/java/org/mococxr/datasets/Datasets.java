package org.mococxr.datasets;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.datasets.reading.CheXpertReader;
import org.mococxr.datasets.reading.FormatDetection;
import org.mococxr.datasets.reading.ImagesCsvReader;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;

/** Reads data sets of every known format. */
public final class Datasets {
  private Datasets() {}

  /**
   * A data set with its official parts.
   *
   * @param parts {@code train}, and {@code valid} and {@code test} where the data set has them
   * @param inputs the label files that were read
   */
  public record Parts(Map<String, Dataset> parts, List<Path> inputs) {
    /** Keeps the order of the parts. */
    public Parts {
      parts = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(parts));
      inputs = List.copyOf(inputs);
    }

    /** Everything that is not held out officially. */
    public Dataset train() {
      return parts.get("train");
    }
  }

  /** Reads a data set, its official parts together. */
  public static Dataset read(DataSource source, Progress progress) {
    Map<String, Dataset> parts = readParts(source, progress).parts();
    Dataset train = parts.get("train");
    List<ImageRecord> images = new ArrayList<>();
    List<Rejected> rejected = new ArrayList<>();
    parts
        .values()
        .forEach(
            part -> {
              images.addAll(part.images());
              rejected.addAll(part.rejected());
            });
    String name = source.rootPath().toAbsolutePath().normalize().getFileName() + "";
    return new Dataset(name, train.root(), train.tasks(), images, rejected);
  }

  /** Reads a data set with its official parts. */
  public static Parts readParts(DataSource source, Progress progress) {
    Path root = source.rootPath();
    if (!Files.isDirectory(root)) {
      throw UserErrorException.at(root, "there is no such folder", "give the data set's folder");
    }
    DataSource known = FormatDetection.recognise(source);
    return switch (known.format()) {
      case CHEXPERT -> chexpert(known, progress);
      case IMAGES_CSV ->
          single(new ImagesCsvReader(known, progress).read(labels(known), "train"), labels(known));
      default ->
          throw new UserErrorException(
              "data.format", known.format().text() + " cannot be read", "choose another format");
    };
  }

  private static Parts chexpert(DataSource source, Progress progress) {
    Map<String, Path> files = new LinkedHashMap<>();
    Map<String, Path> found = CheXpertReader.partsOf(source.rootPath());
    put(files, "train", source, source.labels(), found.get("train"));
    // An official part next to a labels file that the user chose is not meant.
    put(
        files,
        "valid",
        source,
        source.valid(),
        source.labels() == null ? found.get("valid") : null);
    put(files, "test", source, source.test(), null);
    if (!files.containsKey("train")) {
      throw UserErrorException.at(
          source.rootPath(), "has no train.csv", "name the labels file in data.labels");
    }
    CheXpertReader reader = new CheXpertReader(source, progress);
    Map<String, Dataset> parts = new LinkedHashMap<>();
    files.forEach((part, csv) -> parts.put(part, reader.read(csv, part)));
    return new Parts(parts, List.copyOf(files.values()));
  }

  private static void put(
      Map<String, Path> files, String part, DataSource source, String configured, Path found) {
    if (configured != null) {
      files.put(part, source.resolve(configured));
    } else if (found != null) {
      files.put(part, found);
    }
  }

  private static Parts single(Dataset dataset, Path input) {
    return new Parts(Map.of("train", dataset), List.of(input));
  }

  private static Path labels(DataSource source) {
    if (source.labels() == null) {
      throw UserErrorException.at(
          source.rootPath(), "no labels file was found", "name it in data.labels");
    }
    return source.resolve(source.labels());
  }
}

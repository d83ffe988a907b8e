package org.mococxr.datasets.reading;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.Reading;
import org.mococxr.datasets.Rejected;
import org.mococxr.foundation.Maps;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.DataSource;

/** Reads data sets of every known format. */
public final class Datasets {
  private Datasets() {}

  /**
   * A data set with its official parts.
   *
   * @param source with the format that was recognised
   * @param parts {@code train}, and {@code valid} and {@code test} where the data set has them
   * @param inputs the label files that were read
   * @param reading what was assumed
   * @param shares image's path to what its data set is in pretraining, where there are several
   */
  public record Parts(
      DataSource source,
      Map<String, Dataset> parts,
      List<Path> inputs,
      Reading reading,
      Map<String, Share> shares) {
    /** One data set. */
    public Parts(
        DataSource source, Map<String, Dataset> parts, List<Path> inputs, Reading reading) {
      this(source, parts, inputs, reading, Map.of());
    }

    /** Keeps the order of the parts. */
    public Parts {
      parts = Maps.copy(parts);
      inputs = List.copyOf(inputs);
    }

    /** Everything that is not held out officially. */
    public Dataset train() {
      return parts.get("train");
    }

    /** Everything, the official parts together. */
    public Dataset all() {
      List<ImageRecord> images = new ArrayList<>();
      List<Rejected> rejected = new ArrayList<>();
      for (Dataset part : parts.values()) {
        images.addAll(part.images());
        rejected.addAll(part.rejected());
      }
      String name = source.rootPath().toAbsolutePath().normalize().getFileName() + "";
      return new Dataset(name, train().root(), train().tasks(), images, rejected);
    }
  }

  /**
   * What one of several data sets is in pretraining.
   *
   * @param source its name
   * @param weight how often an epoch sees each of its images
   * @param unlabelled it serves pretraining only
   */
  public record Share(String source, double weight, boolean unlabelled) {}

  /** Reads a data set, its official parts together. */
  public static Dataset read(DataSource source, Progress progress) {
    return readParts(source, progress).all();
  }

  /** Reads a data set with its official parts. */
  public static Parts readParts(DataSource source, Progress progress) {
    return readParts(source, List.of(), progress);
  }

  /**
   * As above, for certain tasks: a CSV's column of such a name holds labels, whatever else is in
   * it, so that what is wrong with it is said line by line.
   *
   * @param wanted names of tasks, some of which the data set may not have
   */
  public static Parts readParts(DataSource source, List<String> wanted, Progress progress) {
    if (!source.more().isEmpty()) {
      return SeveralSources.read(source, wanted, progress);
    }
    Path root = source.rootPath();
    // A copy of an archive is made when it is first read.
    if (source.format() != DataSource.Format.DICOMWEB && !Files.isDirectory(root)) {
      throw UserErrorException.at(root, "there is no such folder", "give the data set's folder");
    }
    FormatDetection.Recognised recognised = FormatDetection.look(source, wanted, progress);
    DataSource known = recognised.source();
    return switch (known.format()) {
      case CHEXPERT, CHEXPERT_CODALAB -> spelledAlike(chexpert(known, wanted, progress));
      case NIH -> spelledAlike(new NihReader(known, progress).read());
      case SHENZHEN, MONTGOMERY -> spelledAlike(new ReadingsReader(known).read());
      case FOLDERS -> new ClassFoldersReader(known, recognised.pictures()).read();
      case AUTO, DICOMWEB -> throw new IllegalStateException("not recognised: " + known);
      default -> new FolderReader(known, wanted, progress).read(recognised);
    };
  }

  /** Spellings of one identifier are one patient, in all parts together. */
  private static Parts spelledAlike(Parts read) {
    PatientNames names = new PatientNames(identifier -> identifier);
    Map<String, Dataset> parts = new LinkedHashMap<>();
    read.parts()
        .forEach(
            (part, dataset) ->
                parts.put(
                    part,
                    new Dataset(
                        dataset.name(),
                        dataset.root(),
                        dataset.tasks(),
                        dataset.images().stream()
                            .map(image -> image.ofPatient(names.of(image.patient())))
                            .toList(),
                        dataset.rejected())));
    return new Parts(read.source(), parts, read.inputs(), read.reading().and(names.notes()));
  }

  /**
   * The official parts in their order; what was rejected stays with the training part.
   *
   * @param images of the parts that there are
   */
  static Map<String, Dataset> inOrder(
      Map<String, List<ImageRecord>> images,
      Path root,
      List<String> tasks,
      List<Rejected> rejected) {
    Map<String, Dataset> parts = new LinkedHashMap<>();
    for (String part : List.of("train", "valid", "test")) {
      if (images.containsKey(part)) {
        List<Rejected> own = part.equals("train") ? rejected : List.of();
        parts.put(part, new Dataset(part, root, tasks, images.get(part), own));
      }
    }
    return parts;
  }

  private static Parts chexpert(DataSource source, List<String> wanted, Progress progress) {
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
    boolean codalab = source.format() == DataSource.Format.CHEXPERT_CODALAB;
    String test = or(source.test(), codalab, CodaLabReader.GROUND_TRUTH);
    String testPaths = or(source.testPaths(), codalab, CodaLabReader.PATHS);
    put(files, "test", source, test, null);
    if (!files.containsKey("train") && !codalab) {
      throw UserErrorException.at(
          source.rootPath(),
          "has no train.csv",
          "name the labels file with --labels FILE (data.labels)");
    }
    CheXpertReader reader = new CheXpertReader(source, wanted, progress);
    Map<String, Dataset> parts = new LinkedHashMap<>();
    List<Path> inputs = new ArrayList<>(files.values());
    for (Map.Entry<String, Path> file : files.entrySet()) {
      String part = file.getKey();
      if (part.equals("test") && testPaths != null) {
        Path paths = source.resolve(testPaths);
        inputs.add(paths);
        List<String> tasks = parts.isEmpty() ? null : parts.get("train").tasks();
        // The pair by itself is a data set too.
        String name = parts.isEmpty() ? "train" : part;
        Path root = parts.isEmpty() ? source.rootPath() : parts.get("train").root();
        parts.put(name, new CodaLabReader(source, root).read(file.getValue(), paths, tasks, name));
      } else {
        parts.put(part, reader.read(file.getValue(), part));
      }
    }
    String labels =
        inputs.stream()
            .map(file -> String.valueOf(file.getFileName()))
            .collect(Collectors.joining(", "));
    return new Parts(
        source,
        parts,
        inputs,
        Reading.of(source.format().text(), labels, "paths, patient…/study…/view…", List.of()));
  }

  private static String or(String configured, boolean codalab, String usual) {
    return configured != null || !codalab ? configured : usual;
  }

  private static void put(
      Map<String, Path> files, String part, DataSource source, String configured, Path found) {
    if (configured != null) {
      files.put(part, source.resolve(configured));
    } else if (found != null) {
      files.put(part, found);
    }
  }
}

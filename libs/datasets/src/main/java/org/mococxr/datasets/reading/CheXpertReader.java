package org.mococxr.datasets.reading;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mococxr.datasets.Attributes.Orientation;
import org.mococxr.datasets.CheXpert;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.Rejected;
import org.mococxr.datasets.csv.CsvTable;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.DataSource;

/**
 * CheXpert's folders, small or full: {@code train.csv} and {@code valid.csv} whose paths begin with
 * the folder's own name, {@code CheXpert-v1.0-small/train/patient00001/study1/view1_frontal.jpg}.
 */
public final class CheXpertReader {
  private static final Pattern UNNUMBERED = Pattern.compile("(.*/view)(\\.[A-Za-z0-9]+)");

  /** What follows view in the name of the file. */
  private static final String FRONTAL = "1_frontal";

  private final DataSource source;
  private final List<String> wanted;
  private final Progress progress;

  /**
   * @param wanted columns that hold labels even if they do not look it
   */
  public CheXpertReader(DataSource source, List<String> wanted, Progress progress) {
    this.source = source;
    this.wanted = wanted;
    this.progress = progress;
  }

  /** Reads a labels file. */
  public Dataset read(Path csv, String name) {
    CsvTable table = CsvTable.of(csv, source.separator());
    CsvTable.Header header = table.header();
    RowReader rows = RowReader.of(header, tasks(table, header));
    List<ImageRecord> images = new ArrayList<>();
    List<Rejected> rejected = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    Placement[] placement = new Placement[1];
    RowReader.each(
        table,
        rejected,
        progress,
        row -> {
          ImageRecord published = rows.read(row);
          PatientNames.require(published.patient());
          if (placement[0] == null) {
            placement[0] = Placement.of(source, published.path());
          }
          ImageRecord image = placement[0].renamed(placement[0].place(published));
          if (!seen.add(image.path())) {
            throw new RowReader.BadRow("the path '" + image.path() + "' occurs twice");
          }
          if (source.checkFiles()
              && !Files.isRegularFile(placement[0].folder().resolve(image.path()))) {
            throw new RowReader.BadRow("there is no image " + image.path());
          }
          if (!source.frontalOnly() || image.attributes().orientation() != Orientation.LATERAL) {
            images.add(image);
          }
        });
    Path root = placement[0] == null ? source.rootPath() : placement[0].folder();
    return new Dataset(name, root, rows.tasks(), images, rejected);
  }

  /** CheXpert's observations, and other columns that hold nothing but labels. */
  private List<String> tasks(CsvTable table, CsvTable.Header header) {
    if (!source.tasks().isEmpty()) {
      Set<String> wanted = new LinkedHashSet<>();
      for (String task : source.tasks()) {
        wanted.add(header.columns().get(header.require(task)));
      }
      return List.copyOf(wanted);
    }
    List<String> others = RowReader.otherColumns(header);
    List<String> unknown = others.stream().filter(c -> !CheXpert.OBSERVATIONS.contains(c)).toList();
    Set<String> labels =
        unknown.isEmpty()
            ? Set.of()
            : Set.copyOf(LabelColumns.orWanted(table, header, unknown, false, wanted));
    List<String> tasks =
        others.stream()
            .filter(c -> CheXpert.OBSERVATIONS.contains(c) || labels.contains(c))
            .toList();
    if (tasks.isEmpty()) {
      throw UserErrorException.at(
          table.file(),
          1,
          "has no column of labels",
          "expected CheXpert's observations, found " + header.columns());
    }
    return tasks;
  }

  /**
   * Where the files of a labels file lie. Users name the data set's folder or its parent, and the
   * folder may have been renamed since it was published; the first path decides. The full CheXpert
   * comes in batches, whose folders no path names: there each file is looked for.
   *
   * @param folder the root of the paths
   * @param strip leading characters of each path to leave out
   * @param files where each file is looked for; otherwise {@code null}
   */
  private record Placement(Path folder, int strip, ImageFiles files) {
    static Placement of(DataSource source, String firstPath) {
      Path root = source.rootPath();
      Path folder = root.toAbsolutePath();
      int first = firstPath.indexOf('/');
      Path parent = folder.getParent();
      if (first < 0 || exists(folder, firstPath) || parent == null) {
        return new Placement(root, 0, null);
      }
      if (exists(parent, firstPath)) {
        return new Placement(parent, 0, null);
      }
      if (exists(folder, firstPath.substring(first + 1))) {
        return new Placement(root, first + 1, null);
      }
      return new Placement(root, 0, source.checkFiles() ? ImageFiles.below(root) : null);
    }

    ImageRecord place(ImageRecord image) throws RowReader.BadRow {
      String path = image.path();
      if (files != null) {
        return image.at(files.find(path).orElse(path), image.study(), image.view());
      }
      if (strip == 0) {
        return image;
      }
      if (path.length() <= strip || path.charAt(strip - 1) != '/') {
        throw new RowReader.BadRow("the path '" + path + "' begins otherwise than the others");
      }
      return image.at(path.substring(strip), image.study(), image.view());
    }

    /** The image under the name that its file has. */
    ImageRecord renamed(ImageRecord image) {
      if (!image.view().equals("view")) {
        return image;
      }
      String path = onDisk(folder, image.path());
      return path.equals(image.path())
          ? image
          : image.at(path, image.study(), image.view() + FRONTAL);
    }

    /**
     * The reference's table of Montgomery County names {@code view.jpg} what it writes as {@code
     * view1_frontal.jpg}.
     */
    private static String onDisk(Path folder, String path) {
      Matcher unnumbered = UNNUMBERED.matcher(path);
      if (!unnumbered.matches() || Files.exists(folder.resolve(path))) {
        return path;
      }
      String other = unnumbered.group(1) + FRONTAL + unnumbered.group(2);
      return Files.exists(folder.resolve(other)) ? other : path;
    }

    private static boolean exists(Path folder, String path) {
      return Files.exists(folder.resolve(onDisk(folder, path)));
    }
  }

  /** The labels that a data set brings, by the names that its parts have. */
  public static Map<String, Path> partsOf(Path root) {
    if (!Files.isDirectory(root)) {
      return Map.of();
    }
    List<Path> folders = new ArrayList<>(List.of(root));
    LabelFiles.folders(root).stream()
        .filter(folder -> LabelFiles.lower(folder).startsWith("chexp"))
        .forEach(folders::add);
    for (Path folder : folders) {
      Path train = folder.resolve("train.csv");
      if (Files.isRegularFile(train)) {
        Path valid = folder.resolve("valid.csv");
        return Files.isRegularFile(valid)
            ? Map.of("train", train, "valid", valid)
            : Map.of("train", train);
      }
    }
    return Map.of();
  }
}

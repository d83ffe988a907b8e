package org.mococxr.datasets.reading;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mococxr.datasets.Attributes;
import org.mococxr.datasets.Attributes.Orientation;
import org.mococxr.datasets.Attributes.Projection;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.Label;
import org.mococxr.datasets.Labels;
import org.mococxr.datasets.Reading;
import org.mococxr.datasets.Rejected;
import org.mococxr.datasets.csv.CsvTable;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.DataSource;
import org.mococxr.specs.data.DataSource.Format;

/**
 * The Shenzhen and Montgomery tuberculosis sets of the U.S. National Library of Medicine: a text
 * file for each image in {@code ClinicalReadings}, or a row for each in a table of {@code study_id,
 * sex, age, findings}. Names end in {@code _0} for a healthy and {@code _1} for a diseased patient;
 * one that contradicts its reading is rejected, by name.
 */
public final class ReadingsReader {
  private static final Pattern NAME =
      Pattern.compile("(CHNCXR|MCUCXR)_(\\d{1,6})_([01])(?:\\.\\w+)?", Pattern.CASE_INSENSITIVE);

  private static final int DEEPEST = 4;

  /** Words of which a diseased Shenzhen reading has one; tb stands for TB, ATB, PTB and STB. */
  private static final List<String> DISEASE =
      List.of("upper", "lower", "left", "right", "bilateral", "tb", "pleuri");

  private final DataSource source;
  private final boolean shenzhen;
  private final Labels.Tasks tasks;
  private final Set<String> seen = new HashSet<>();

  /**
   * @param source format {@code shenzhen} or {@code montgomery}
   */
  public ReadingsReader(DataSource source) {
    this.source = source;
    this.shenzhen = source.format() == Format.SHENZHEN;
    this.tasks =
        new Labels.Tasks(List.of("No Finding", shenzhen ? "Tuberculosis" : "Consolidation"));
  }

  /**
   * The set that a folder holds, however deep its archive was unpacked.
   *
   * @throws UserErrorException if it holds both
   */
  static Optional<Format> formatOf(Path root) {
    Set<Format> formats = new TreeSet<>();
    try (Stream<Path> files = Files.find(root, DEEPEST, (f, a) -> a.isDirectory())) {
      for (Path folder :
          files.filter(f -> LabelFiles.lower(f).equals("clinicalreadings")).toList()) {
        try (Stream<Path> readings = Files.list(folder)) {
          readings.forEach(file -> formatOf(LabelFiles.lower(file)).ifPresent(formats::add));
        }
      }
    } catch (IOException e) {
      throw FileErrors.reading(root, e, "check the folder");
    }
    if (formats.isEmpty()) {
      table(root).flatMap(ReadingsReader::formatOf).ifPresent(formats::add);
    }
    if (formats.size() > 1) {
      throw UserErrorException.at(
          root, "holds Shenzhen and Montgomery", "name one: --format shenzhen (data.format)");
    }
    return formats.stream().findFirst();
  }

  private static Optional<Format> formatOf(CsvTable table) {
    int study = table.header().require("study_id");
    List<Format> found = new ArrayList<>();
    table.scan(
        row -> {
          if (found.isEmpty()) {
            formatOf(row.get(study).toLowerCase(Locale.ROOT)).ifPresent(found::add);
          }
        });
    return found.stream().findFirst();
  }

  private static Optional<Format> formatOf(String name) {
    if (!NAME.matcher(name).matches()) {
      return Optional.empty();
    }
    return Optional.of(name.startsWith("chn") ? Format.SHENZHEN : Format.MONTGOMERY);
  }

  private static Optional<CsvTable> table(Path root) {
    for (Path file : LabelFiles.tables(root)) {
      if (LabelFiles.lower(file).contains("metadata")) {
        try {
          CsvTable table = CsvTable.of(file);
          CsvTable.Header header = table.header();
          if (header.find("study_id").isPresent() && header.find("findings").isPresent()) {
            return Optional.of(table);
          }
        } catch (UserErrorException e) {
          // A table that cannot be read is not this one.
        }
      }
    }
    return Optional.empty();
  }

  /** What is read of an image. */
  @FunctionalInterface
  private interface Source {
    ClinicalReading reading() throws RowReader.BadRow;
  }

  /** Reads all readings below the root. */
  public Datasets.Parts read() {
    ImageFiles images = ImageFiles.below(source.rootPath());
    List<ImageRecord> records = new ArrayList<>();
    List<Rejected> rejected = new ArrayList<>();
    int found = 0;
    for (Path file : ImageFiles.allFiles(source.rootPath())) {
      String name = file.getFileName().toString();
      if (name.toLowerCase(Locale.ROOT).endsWith(".txt") && isOurs(name)) {
        found++;
        add(records, rejected, name, images, () -> ClinicalReading.parse(content(file)));
      }
    }
    String labels = "%,d clinical readings".formatted(found);
    List<Path> inputs = new ArrayList<>();
    if (found == 0) {
      CsvTable table =
          table(source.rootPath())
              .orElseThrow(
                  () ->
                      UserErrorException.at(
                          source.rootPath(),
                          "holds no clinical readings",
                          "expected ClinicalReadings/%s_0001_0.txt … or a table of study_id, sex,"
                                  .formatted(shenzhen ? "CHNCXR" : "MCUCXR")
                              + " age, findings"));
      readTable(table, records, rejected, images);
      inputs.add(table.file());
      labels = table.description() + ", column findings";
    }
    Dataset train = new Dataset("train", source.rootPath(), tasks.names(), records, rejected);
    return new Datasets.Parts(
        source,
        Map.of("train", train),
        inputs,
        Reading.of(
            source.format().text(),
            labels + ", checked against the file names",
            "the number of each reading",
            List.of()));
  }

  private void readTable(
      CsvTable table, List<ImageRecord> records, List<Rejected> rejected, ImageFiles images) {
    CsvTable.Header header = table.header();
    int study = header.require("study_id");
    int findings = header.require("findings");
    int age = header.find("age").orElse(-1);
    int sex = header.find("sex", "gender").orElse(-1);
    RowReader.each(
        table,
        rejected,
        Progress.SILENT,
        row -> {
          String name = row.get(study);
          ClinicalReading reading =
              new ClinicalReading(
                  Attributes.Sex.parse(row.get(sex)),
                  RowReader.age(row.get(age)),
                  row.get(findings));
          if (!isOurs(name)) {
            throw new RowReader.BadRow(
                "the study '" + RowReader.clip(name) + "' is not named as the set's are");
          }
          add(records, rejected, name, images, () -> reading);
        });
  }

  private boolean isOurs(String name) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches() && matcher.group(1).equalsIgnoreCase("CHNCXR") == shenzhen;
  }

  private void add(
      List<ImageRecord> records,
      List<Rejected> rejected,
      String name,
      ImageFiles images,
      Source from) {
    Matcher matcher = NAME.matcher(name);
    try {
      if (matcher.matches()) {
        records.add(record(ImageFiles.stem(name), from.reading(), matcher, images));
      }
    } catch (RowReader.BadRow e) {
      rejected.add(new Rejected(name, 0, e.getMessage()));
    }
  }

  private ImageRecord record(
      String stem, ClinicalReading reading, Matcher matcher, ImageFiles images)
      throws RowReader.BadRow {
    boolean diseased = matcher.group(3).equals("1");
    check(reading, diseased);
    Optional<String> image = images.find(stem);
    if (image.isEmpty() && source.checkFiles()) {
      throw new RowReader.BadRow("there is no image " + stem);
    }
    String path = image.orElse(stem + ".png");
    if (!seen.add(path)) {
      throw new RowReader.BadRow("the image " + path + " has two readings");
    }
    return new ImageRecord(
        path,
        "patient" + matcher.group(2),
        "study1",
        "view1_frontal",
        tasks.of(
            diseased ? Label.NEGATIVE : Label.POSITIVE, diseased ? Label.POSITIVE : Label.NEGATIVE),
        new Attributes(reading.sex(), reading.ageYears(), Orientation.FRONTAL, Projection.UNKNOWN));
  }

  private void check(ClinicalReading reading, boolean diseased) throws RowReader.BadRow {
    if (reading.normal() && diseased) {
      throw new RowReader.BadRow("the reading is 'normal' and the name says diseased (_1)");
    }
    // Montgomery's healthy readings may mention old or harmless findings: its names decide.
    if (shenzhen && !reading.normal()) {
      String shown = "the reading '" + RowReader.clip(reading.text()) + "'";
      if (!diseased) {
        throw new RowReader.BadRow(shown + " is not 'normal' and the name says healthy (_0)");
      }
      String lower = reading.text().toLowerCase(Locale.ROOT);
      if (DISEASE.stream().noneMatch(lower::contains)) {
        throw new RowReader.BadRow(shown + " has none of " + DISEASE);
      }
    }
  }

  private static String content(Path file) throws RowReader.BadRow {
    try {
      if (Files.size(file) > 64 * 1024) {
        throw new RowReader.BadRow("is too long for a clinical reading");
      }
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      if (FileErrors.isUsers(e)) {
        throw new RowReader.BadRow("cannot be read: " + e.getMessage());
      }
      throw FileErrors.reading(file, e, "check the file");
    }
  }
}

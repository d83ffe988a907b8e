package org.mococxr.datasets.reading;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mococxr.datasets.Attributes;
import org.mococxr.datasets.Attributes.Orientation;
import org.mococxr.datasets.Attributes.Projection;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.Label;
import org.mococxr.datasets.Labels;
import org.mococxr.datasets.Reading;
import org.mococxr.datasets.Rejected;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.DataSource;

/**
 * The Shenzhen and Montgomery tuberculosis sets of the U.S. National Library of Medicine: a text
 * file for each image in {@code ClinicalReadings}, whose name ends in {@code _0} for a healthy and
 * {@code _1} for a diseased patient. A name that contradicts its reading is rejected, by name.
 */
public final class ReadingsReader {
  private static final Pattern NAME =
      Pattern.compile("(CHNCXR|MCUCXR)_(\\d{1,6})_([01])\\.txt", Pattern.CASE_INSENSITIVE);

  /** Words of which a diseased Shenzhen reading has one; tb stands for TB, ATB, PTB and STB. */
  private static final List<String> DISEASE =
      List.of("upper", "lower", "left", "right", "bilateral", "tb", "pleuri");

  private final DataSource source;
  private final boolean shenzhen;
  private final Labels.Tasks tasks;

  /**
   * @param source format {@code shenzhen} or {@code montgomery}
   */
  public ReadingsReader(DataSource source) {
    this.source = source;
    this.shenzhen = source.format() == DataSource.Format.SHENZHEN;
    this.tasks =
        new Labels.Tasks(List.of("No Finding", shenzhen ? "Tuberculosis" : "Consolidation"));
  }

  /** Reads all readings below the root. */
  public Datasets.Parts read() {
    ImageFiles images = ImageFiles.below(source.rootPath());
    List<ImageRecord> records = new ArrayList<>();
    List<Rejected> rejected = new ArrayList<>();
    int found = 0;
    for (Path file : ImageFiles.allFiles(source.rootPath())) {
      Matcher matcher = NAME.matcher(file.getFileName().toString());
      if (matcher.matches()) {
        found++;
        try {
          records.add(record(file, matcher, images));
        } catch (RowReader.BadRow e) {
          rejected.add(new Rejected(file.toString(), 0, e.getMessage()));
        }
      }
    }
    if (found == 0) {
      throw UserErrorException.at(
          source.rootPath(),
          "holds no clinical readings",
          "expected ClinicalReadings/" + (shenzhen ? "CHNCXR" : "MCUCXR") + "_0001_0.txt …");
    }
    Dataset train = new Dataset("train", source.rootPath(), tasks.names(), records, rejected);
    return new Datasets.Parts(
        source,
        Map.of("train", train),
        List.of(),
        Reading.of(
            source.format().text(),
            "%,d clinical readings, checked against their file names".formatted(found),
            "the number of each reading",
            List.of()));
  }

  private ImageRecord record(Path file, Matcher matcher, ImageFiles images)
      throws RowReader.BadRow {
    ClinicalReading reading = ClinicalReading.parse(content(file));
    boolean diseased = matcher.group(3).equals("1");
    check(reading, diseased);
    String stem = ImageFiles.stem(file.getFileName().toString());
    Optional<String> image = images.find(stem);
    if (image.isEmpty() && source.checkFiles()) {
      throw new RowReader.BadRow("there is no image " + stem);
    }
    return new ImageRecord(
        image.orElse(stem + ".png"),
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

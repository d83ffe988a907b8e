package org.mococxr.datasets.manifest;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.mococxr.datasets.Attributes;
import org.mococxr.datasets.CheXpert;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.csv.CsvTable;
import org.mococxr.datasets.reading.RowReader;
import org.mococxr.foundation.AtomicFiles;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.UserErrorException;

/**
 * A part of a data set as a CSV file in CheXpert's columns, followed by one column for each task
 * that CheXpert does not know. Where a path does not tell patient, study and view in CheXpert's
 * way, columns {@code Patient, Study, View} follow {@code AP/PA}.
 */
public final class Manifest {
  static final List<String> PLACE = List.of("Patient", "Study", "View");

  private static final String MEND = "mend the manifest";

  private Manifest() {}

  /**
   * Reads a manifest. An image may be listed several times, which is its weight, if all lines say
   * the same of it.
   *
   * @param root what the paths are relative to
   */
  public static Dataset read(Path csv, Path root) {
    return read(CsvTable.of(csv), root, RowReader::ofManifest);
  }

  /**
   * Reads a list of images to learn from without labels: {@code Path} is all that must be there.
   * Columns of findings are not looked at, and an image whose patient is not told is a patient of
   * its own.
   *
   * @param root what the paths are relative to
   */
  public static Dataset readImages(Path csv, Path root) {
    return read(CsvTable.of(csv), root, RowReader::ofImages);
  }

  private static Dataset read(
      CsvTable table, Path root, Function<CsvTable.Header, RowReader> reader) {
    RowReader rows = reader.apply(table.header());
    List<ImageRecord> images = new ArrayList<>();
    Map<String, ImageRecord> known = new HashMap<>();
    table.readAll(
        row -> {
          try {
            ImageRecord image = rows.read(row);
            ImageRecord other = known.putIfAbsent(image.path(), image);
            if (other != null && !other.equals(image)) {
              throw new RowReader.BadRow(
                  "the image '%s' has %s here than before"
                      .formatted(
                          image.path(),
                          other.patient().equals(image.patient())
                              ? "other values"
                              : "another patient"));
            }
            images.add(image);
          } catch (RowReader.BadRow e) {
            throw UserErrorException.at(table.file(), row.line(), e.getMessage(), MEND);
          }
        },
        MEND);
    String file = table.file().getFileName().toString();
    return new Dataset(
        file.endsWith(".csv") ? file.substring(0, file.length() - 4) : file,
        root,
        rows.tasks(),
        images,
        List.of());
  }

  /** Writes a manifest; the file is there whole or not at all. */
  public static void write(Dataset dataset, Path csv) {
    Writer writer = new Writer(dataset);
    try {
      AtomicFiles.write(
          csv,
          out -> {
            out.write(writer.header());
            for (ImageRecord image : dataset.images()) {
              writer.write(image, out);
            }
          });
    } catch (IOException e) {
      throw FileErrors.writing(csv, e, "give a writable place");
    }
  }

  /** Encodes lines, so that the same row can go to many files without being formatted again. */
  public static final class Writer {
    private static final boolean[] PLAIN = new boolean['z' + 1];

    static {
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._- "
          .chars()
          .forEach(c -> PLAIN[c] = true);
    }

    private final List<String> tasks;
    private final boolean places;
    private byte[] line = new byte[256];
    private final StringWriter text = new StringWriter();
    private final CsvWriter csv =
        CsvWriter.builder().lineDelimiter(LineDelimiter.LF).bufferSize(0).build(text);

    /** Decides the columns by what the data set has. */
    public Writer(Dataset dataset) {
      this(taskColumns(dataset.tasks()), !dataset.images().stream().allMatch(Writer::placeInPath));
    }

    private Writer(List<String> tasks, boolean places) {
      this.tasks = tasks;
      this.places = places;
    }

    /** A writer of the same columns for another thread. */
    public Writer copy() {
      return new Writer(tasks, places);
    }

    /** CheXpert's, in the data set's spelling where it has the task, then the data set's others. */
    private static List<String> taskColumns(List<String> tasks) {
      Set<String> columns = new LinkedHashSet<>();
      for (String observation : CheXpert.OBSERVATIONS) {
        columns.add(
            tasks.stream().filter(observation::equalsIgnoreCase).findFirst().orElse(observation));
      }
      columns.addAll(tasks);
      return List.copyOf(columns);
    }

    private static boolean placeInPath(ImageRecord image) {
      Optional<CheXpert.Place> place = CheXpert.place(image.path());
      return place.isPresent()
          && place.get().patient().equals(image.patient())
          && place.get().study().equals(image.study())
          && place.get().view().equals(image.view());
    }

    /** The first line. */
    public byte[] header() {
      List<String> columns = new ArrayList<>(CheXpert.ATTRIBUTES);
      if (places) {
        columns.addAll(PLACE);
      }
      columns.addAll(tasks);
      return line(columns);
    }

    /** Writes the line of one image. */
    public void write(ImageRecord image, OutputStream out) throws IOException {
      Attributes attributes = image.attributes();
      List<String> fields = new ArrayList<>(tasks.size() + 8);
      fields.add(image.path());
      fields.add(attributes.sex().text());
      fields.add(age(attributes.ageYears()));
      fields.add(attributes.orientation().text());
      fields.add(attributes.projection().text());
      if (places) {
        fields.add(image.patient());
        fields.add(image.study());
        fields.add(image.view());
      }
      for (String task : tasks) {
        fields.add(image.label(task).text());
      }
      int length = plain(fields);
      if (length > 0) {
        out.write(line, 0, length);
      } else {
        out.write(line(fields));
      }
    }

    /**
     * Puts a line together whose fields need neither quotes nor an encoding: millions of labels.
     *
     * @return its length; 0 if a field needs them
     */
    private int plain(List<String> fields) {
      int at = 0;
      for (String field : fields) {
        int length = field.length();
        if (at + length + 1 > line.length) {
          line = Arrays.copyOf(line, (at + length + 1) * 2);
        }
        for (int i = 0; i < length; i++) {
          char c = field.charAt(i);
          if (c >= PLAIN.length || !PLAIN[c]) {
            return 0;
          }
          line[at++] = (byte) c;
        }
        line[at++] = ',';
      }
      line[at - 1] = '\n';
      return at;
    }

    private static String age(double years) {
      if (Double.isNaN(years)) {
        return "";
      }
      return years == Math.rint(years) ? Long.toString((long) years) : Double.toString(years);
    }

    private byte[] line(List<String> fields) {
      text.getBuffer().setLength(0);
      csv.writeRecord(fields);
      return text.toString().getBytes(StandardCharsets.UTF_8);
    }
  }
}

package org.mococxr.inference.batches;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The studies of a job in the order of its table, cut into parts. A part's rows are kept together:
 * it is what a restart repeats at most.
 *
 * @param parts in order
 */
record BatchPlan(List<Part> parts) {
  /** Images of a part, unless one study has more. */
  private static final int PART = 64;

  private static final String NUMBER = "Part";
  private static final String STUDY = "Study";
  private static final String PATIENT = "Patient";
  private static final String IMAGE = "Image";

  /**
   * Images that are answered together.
   *
   * @param patient empty when nothing says who it is
   */
  record Study(String id, String patient, List<URI> images) {}

  /** Studies in a row. */
  record Part(int number, List<Study> studies) {}

  static BatchPlan of(List<Study> studies) {
    List<Part> parts = new ArrayList<>();
    List<Study> part = new ArrayList<>();
    int images = 0;
    for (Study study : studies) {
      if (!part.isEmpty() && images + study.images().size() > PART) {
        parts.add(new Part(parts.size(), List.copyOf(part)));
        part.clear();
        images = 0;
      }
      part.add(study);
      images += study.images().size();
    }
    parts.add(new Part(parts.size(), List.copyOf(part)));
    return new BatchPlan(List.copyOf(parts));
  }

  int studies() {
    return parts.stream().mapToInt(part -> part.studies().size()).sum();
  }

  int images() {
    return parts.stream()
        .flatMap(part -> part.studies().stream())
        .mapToInt(study -> study.images().size())
        .sum();
  }

  /** A line for each image. Also the parts are kept: a later program may cut in another way. */
  byte[] toCsv() {
    StringWriter text = new StringWriter();
    try (CsvWriter csv = CsvWriter.builder().build(text)) {
      csv.writeRecord(NUMBER, STUDY, PATIENT, IMAGE);
      for (Part part : parts) {
        for (Study study : part.studies()) {
          for (URI image : study.images()) {
            csv.writeRecord(
                Integer.toString(part.number()), study.id(), study.patient(), image.toString());
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Reads what {@link #toCsv} wrote. */
  static BatchPlan read(byte[] text) {
    List<Part> parts = new ArrayList<>();
    List<Study> studies = new ArrayList<>();
    List<URI> images = new ArrayList<>();
    NamedCsvRecord before = null;
    try (CsvReader<NamedCsvRecord> csv =
        CsvReader.builder().ofNamedCsvRecord(new String(text, StandardCharsets.UTF_8))) {
      for (NamedCsvRecord line : csv) {
        boolean part = before != null && !same(before, line, NUMBER);
        if (part || before != null && !same(before, line, STUDY)) {
          studies.add(study(before, images));
          images.clear();
        }
        if (part) {
          parts.add(new Part(parts.size(), List.copyOf(studies)));
          studies.clear();
        }
        images.add(URI.create(line.getField(IMAGE)));
        before = line;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    studies.add(study(before, images));
    parts.add(new Part(parts.size(), List.copyOf(studies)));
    return new BatchPlan(List.copyOf(parts));
  }

  private static boolean same(NamedCsvRecord a, NamedCsvRecord b, String column) {
    return a.getField(column).equals(b.getField(column));
  }

  private static Study study(NamedCsvRecord line, List<URI> images) {
    return new Study(line.getField(STUDY), line.getField(PATIENT), List.copyOf(images));
  }
}

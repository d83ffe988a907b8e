package org.mococxr.inference.batches;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.foundation.UserErrorException;

/** Finds the studies of a job: by the files of a folder, or by the lines of a manifest. */
final class BatchInput {
  /** Bytes of a manifest. */
  private static final int LARGEST = 64 << 20;

  private final BatchRoots roots;
  private final int mostImages;
  private final Map<String, Found> studies = new LinkedHashMap<>();
  private int images;

  private BatchInput(BatchRoots roots, int mostImages) {
    this.roots = roots;
    this.mostImages = mostImages;
  }

  private record Found(String patient, List<URI> images) {}

  /**
   * @param store holds the input
   * @param mostImages of a job
   * @throws UserErrorException when there are no images, too many, or the manifest is wrong
   */
  static BatchPlan plan(BatchJob job, ArtifactStore store, BatchRoots roots, int mostImages)
      throws IOException {
    roots.requireReadable(job.input(), "input"); // a link may have come since it was accepted
    BatchInput input = new BatchInput(roots, mostImages);
    if (job.study() == BatchRequest.Studies.MANIFEST) {
      input.manifest(job.input(), store);
    } else {
      input.folder(job.input(), store, job.study());
    }
    if (input.studies.isEmpty()) {
      throw new UserErrorException("input", job.input() + " has no images", "at least one image");
    }
    return BatchPlan.of(
        input.studies.entrySet().stream()
            .map(e -> new BatchPlan.Study(e.getKey(), e.getValue().patient(), e.getValue().images))
            .toList());
  }

  /** What an image or a study is called: its path below the input. */
  static String name(BatchJob job, URI image) {
    URI base = job.input().resolve(".");
    String path = image.getPath();
    URI folder = job.study() == BatchRequest.Studies.MANIFEST ? base : folder(job.input());
    return path.startsWith(folder.getPath()) ? path.substring(folder.getPath().length()) : path;
  }

  private static URI folder(URI uri) {
    return ArtifactStore.folder(uri);
  }

  private void folder(URI input, ArtifactStore store, BatchRequest.Studies rule)
      throws IOException {
    String prefix = folder(input).getPath();
    for (URI image : store.content(input)) {
      String name = image.getPath().substring(prefix.length());
      if (name.endsWith("/") || name.equals("DICOMDIR") || name.endsWith("/DICOMDIR")) {
        continue;
      }
      int slash = name.lastIndexOf('/');
      String parent = slash < 0 ? "." : name.substring(0, slash);
      add(rule == BatchRequest.Studies.FOLDER ? parent : name, "", image);
    }
  }

  private void add(String study, String patient, URI image) {
    if (++images > mostImages) {
      throw new UserErrorException(
          "input",
          "has more than " + mostImages + " images",
          "several jobs, or a larger mococxr.inference.batches.images");
    }
    studies.computeIfAbsent(study, id -> new Found(patient, new ArrayList<>())).images().add(image);
  }

  private void manifest(URI input, ArtifactStore store) throws IOException {
    try (CsvReader<NamedCsvRecord> csv =
        CsvReader.builder().detectBomHeader(true).ofNamedCsvRecord(text(input, store))) {
      for (NamedCsvRecord line : csv) {
        String place = input + ", line " + line.getStartingLineNumber();
        String image = cell(line, "image", "path");
        if (image.isEmpty()) {
          throw new UserErrorException(
              place, "names no image", "columns image (or path), study and patient");
        }
        URI uri = image(input, image, place);
        String study = cell(line, "study", "study");
        String patient = cell(line, "patient", "patient");
        add(study.isEmpty() ? image : study, patient, uri);
        requireOnePatient(study.isEmpty() ? image : study, patient, place);
      }
    } catch (CsvParseException e) {
      throw new UserErrorException(
          input.toString(), "is not readable as CSV: " + e.getMessage(), "a manifest in UTF-8", e);
    }
  }

  private void requireOnePatient(String study, String patient, String place) {
    String before = studies.get(study).patient();
    if (!before.equals(patient)) {
      throw new UserErrorException(
          place,
          "study " + study + " has patient '" + patient + "' here and '" + before + "' before",
          "one patient for each study");
    }
  }

  private String text(URI input, ArtifactStore store) throws IOException {
    try (InputStream in = roots.open(input, store, "input", "a manifest in CSV")) {
      byte[] bytes = in.readNBytes(LARGEST + 1);
      if (bytes.length > LARGEST) {
        throw new UserErrorException(
            input.toString(), "is larger than 64 MiB", "several smaller manifests");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw new UserErrorException("input", input + " is missing", "a manifest in CSV", e);
    }
  }

  private URI image(URI manifest, String image, String place) throws IOException {
    boolean absolute = image.startsWith("file:") || image.startsWith("s3:");
    try {
      URI uri =
          absolute
              ? URI.create(image)
              : ArtifactStore.child(manifest.resolve("."), image.replace('\\', '/'));
      if (BatchRoots.isObject(uri)) {
        roots.requireReadable(uri, place);
        return uri;
      }
    } catch (IllegalArgumentException e) {
      throw noImage(place, image, e);
    }
    throw noImage(place, image, null);
  }

  private static UserErrorException noImage(String place, String image, Exception e) {
    return new UserErrorException(
        place, "image is " + image, "a path below the manifest's folder, or a URI", e);
  }

  /** The first of two columns that is there, whatever their case; empty when neither is. */
  private static String cell(NamedCsvRecord line, String name, String other) {
    for (String wanted : List.of(name, other)) {
      for (String column : line.getHeader()) {
        if (column.strip().toLowerCase(Locale.ROOT).equals(wanted)) {
          return line.getField(column).strip();
        }
      }
    }
    return "";
  }
}

package org.mococxr.datasets.conversion;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mococxr.datasets.Attributes.Orientation;
import org.mococxr.datasets.CheXpert;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.Rejected;
import org.mococxr.datasets.manifest.Manifest;
import org.mococxr.datasets.reading.Datasets;
import org.mococxr.foundation.AtomicFiles;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.DataSource;

/**
 * Writes a data set of any format as CheXpert's: {@code
 * <name>/<part>/patient<id>/study<n>/view<n>_frontal.*} and a labels file for each part. Shenzhen's
 * labels file has the columns {@code Study, Age, Sex, No Finding, Tuberculosis, Path}, all others
 * CheXpert's. DICOM files become PNG, and their paths no longer hold what their names did.
 */
public final class CheXpertConversion {
  private CheXpertConversion() {}

  /**
   * What was written.
   *
   * @param labels part to its labels file
   * @param images how many images there are
   * @param rejected what was left out
   */
  public record Converted(Map<String, Path> labels, int images, List<Rejected> rejected) {}

  /**
   * @param output gets the folder {@code name}
   * @param name of the data set's folder, for example {@code Shenzhen}
   * @param files how the image files get there
   */
  public static Converted run(
      DataSource source, Path output, String name, ImageTransfer files, Progress progress) {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
      throw new UserErrorException(
          "name", "'" + name + "' is no folder's name", "use letters, digits, dots and dashes");
    }
    Datasets.Parts parts = Datasets.readParts(source, progress);
    List<Rejected> rejected = new ArrayList<>();
    parts.parts().values().forEach(part -> rejected.addAll(part.rejected()));
    Map<String, Path> labels = new LinkedHashMap<>();
    int images = 0;
    for (Map.Entry<String, Dataset> part : parts.parts().entrySet()) {
      Dataset dataset = part.getValue();
      List<String> targets = targets(dataset, name + "/" + part.getKey(), files);
      List<ImageRecord> written =
          files.transfer(dataset, targets, output, rejected, progress).stream()
              .map(i -> renamed(dataset.images().get(i), targets.get(i)))
              .toList();
      Path csv = output.resolve(name).resolve(part.getKey() + ".csv");
      Dataset converted = new Dataset(part.getKey(), output, dataset.tasks(), written, List.of());
      if (parts.source().format() == DataSource.Format.SHENZHEN) {
        writeShenzhen(converted, csv);
      } else {
        Manifest.write(converted, csv);
      }
      labels.put(part.getKey(), csv);
      images += written.size();
    }
    return new Converted(labels, images, List.copyOf(rejected));
  }

  /** CheXpert's path of each image; studies and views are numbered in their order. */
  private static List<String> targets(Dataset dataset, String folder, ImageTransfer files) {
    Map<String, Map<String, Integer>> studies = new HashMap<>();
    Map<String, Integer> views = new HashMap<>();
    List<String> targets = new ArrayList<>();
    for (ImageRecord image : dataset.images()) {
      Map<String, Integer> known = studies.computeIfAbsent(image.patient(), k -> new HashMap<>());
      int study = known.computeIfAbsent(image.study(), k -> known.size() + 1);
      int view = views.merge(image.studyKey(), 1, Integer::sum);
      boolean lateral = image.attributes().orientation() == Orientation.LATERAL;
      targets.add(
          "%s/%s/study%d/view%d_%s.%s"
              .formatted(
                  folder,
                  patient(image.patient()),
                  study,
                  view,
                  lateral ? "lateral" : "frontal",
                  files.extension(image.path())));
    }
    return targets;
  }

  private static String patient(String name) {
    String clean = name.replaceAll("[^A-Za-z0-9.-]+", "_");
    return clean.toLowerCase(Locale.ROOT).startsWith("patient") ? clean : "patient" + clean;
  }

  private static ImageRecord renamed(ImageRecord image, String path) {
    CheXpert.Place place = CheXpert.place(path).orElseThrow();
    return new ImageRecord(
        path, place.patient(), place.study(), place.view(), image.labels(), image.attributes());
  }

  private static void writeShenzhen(Dataset dataset, Path file) {
    StringWriter text = new StringWriter();
    try (CsvWriter csv = CsvWriter.builder().build(text)) {
      csv.writeRecord("Study", "Age", "Sex", "No Finding", "Tuberculosis", CheXpert.PATH);
      for (ImageRecord image : dataset.images()) {
        double age = image.attributes().ageYears();
        csv.writeRecord(
            image.path().substring(0, image.path().lastIndexOf('/')),
            Double.isNaN(age) ? "" : age == Math.rint(age) ? "" + (long) age : "" + age,
            image.attributes().sex().text(),
            image.label("No Finding").text(),
            image.label("Tuberculosis").text(),
            image.path());
      }
      csv.flush();
      Files.createDirectories(file.getParent());
      AtomicFiles.write(file, text.toString());
    } catch (IOException e) {
      throw FileErrors.writing(file, e, "give a writable folder");
    }
  }
}

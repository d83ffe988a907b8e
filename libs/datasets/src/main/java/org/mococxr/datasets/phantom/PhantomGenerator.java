package org.mococxr.datasets.phantom;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mococxr.datasets.CheXpert;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.RandomStream;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.files.ImageWriter;

/**
 * Writes synthetic frontal chest X-rays as a CheXpert folder.
 *
 * <p><b>What they resemble.</b> The coarse layout of a frontal chest film: two lungs between
 * mediastinum, chest wall and diaphragm domes (the right one higher), a heart to the left, ribs,
 * clavicles, spine, hila with vessels, breast shadows, a stomach bubble; habitus, inspiration,
 * rotation, exposure, tone curve, scatter, noise, collimation, markers and devices vary. An
 * effusion fills the costophrenic angle with soft-tissue density below a meniscus that climbs the
 * lateral wall, on the right, the left or both sides; a little fluid only blunts the angle.
 * Patients have several studies and views: anatomy belongs to the patient, fluid level, inspiration
 * and devices vary with the study, position and exposure with the view.
 *
 * <p><b>What they do not resemble.</b> There is no physics of beam or detector, no lateral view, no
 * other disease than patchy opacities, large hearts and effusions, no mass effect, no supine
 * layering and no loculation of fluid, no sub-pulmonary effusion, and no correlation of disease
 * with age, sex or devices. Figures reached on phantoms say that the method works, and nothing
 * about patients.
 *
 * <p>The result is a function of the options alone; PNG pixels are equal on every machine.
 */
public final class PhantomGenerator {
  private static final String FOLDER = "CheXpert-v1.0-small";
  private static final String MARKER = "phantom.json";
  private static final float JPEG_QUALITY = 0.9f;
  private static final int VERSION = 1;
  private static final List<String> HEADER =
      Stream.concat(CheXpert.ATTRIBUTES.stream(), CheXpert.OBSERVATIONS.stream()).toList();

  private final PhantomOptions options;

  /**
   * What was written.
   *
   * @param root the folder that the CSV's paths are relative to
   * @param trainCsv labelled and unlabelled patients
   * @param validCsv labelled patients
   * @param trainImages rows of {@code train.csv}
   * @param labelledTrainImages those of them with labels
   * @param validImages rows of {@code valid.csv}
   */
  public record Written(
      Path root,
      Path trainCsv,
      Path validCsv,
      int trainImages,
      int labelledTrainImages,
      int validImages) {}

  /** One picture before it is drawn. */
  record View(
      String path,
      int patient,
      int study,
      int view,
      boolean labelled,
      Anatomy anatomy,
      Findings findings,
      Acquisition acquisition) {}

  public PhantomGenerator(PhantomOptions options) {
    this.options = Objects.requireNonNull(options);
  }

  /**
   * Writes the data set. A folder that already holds exactly this data set is left as it is.
   *
   * @param output gets {@code CheXpert-v1.0-small/{train,valid}/…} and the two CSV files in it
   */
  public Written generate(Path output, Progress progress) {
    Path folder = output.resolve(FOLDER);
    List<View> train = plan(0, options.unlabelledPatients() + options.labelledPatients(), "train");
    List<View> valid =
        plan(
            options.unlabelledPatients() + options.labelledPatients(),
            options.validPatients(),
            "valid");
    Written written =
        new Written(
            output,
            folder.resolve("train.csv"),
            folder.resolve("valid.csv"),
            train.size(),
            (int) train.stream().filter(View::labelled).count(),
            valid.size());
    try {
      String marker = marker(written);
      Path markerFile = folder.resolve(MARKER);
      if (Files.exists(markerFile) && Files.readString(markerFile).equals(marker)) {
        return written;
      }
      Files.createDirectories(folder);
      Files.deleteIfExists(markerFile);
      List<View> all = new ArrayList<>(train);
      all.addAll(valid);
      draw(all, output, progress);
      writeCsv(train, written.trainCsv());
      writeCsv(valid, written.validCsv());
      Path temporary = folder.resolve(MARKER + ".part");
      Files.writeString(temporary, marker);
      Files.move(temporary, markerFile, StandardCopyOption.REPLACE_EXISTING);
      return written;
    } catch (IOException e) {
      throw FileErrors.writing(output, e, "give a writable folder");
    }
  }

  /** Grey levels of one view of one patient, for previews and tests: {@code size × size}. */
  public byte[] preview(int patient, int study, int view, boolean effusion) {
    Findings.Disease disease =
        effusion
            ? Findings.Disease.of(RandomStream.of(options.seed(), "disease", patient), 1, 0)
            : Findings.Disease.NONE;
    return render(view(patient, study, view, true, "preview", disease));
  }

  private List<View> plan(int firstPatient, int patients, String part) {
    List<View> views = new ArrayList<>();
    // Labelled patients are interleaved with the unlabelled ones by a permutation, so that the
    // order
    // of the file says nothing.
    int[] order = RandomStream.of(options.seed(), "labelled").permutation(patients);
    for (int i = 0; i < patients; i++) {
      int patient = firstPatient + i;
      boolean labelled = part.equals("valid") || order[i] < options.labelledPatients();
      RandomStream random = RandomStream.of(options.seed(), "patient", patient);
      Findings.Disease disease =
          Findings.Disease.of(
              RandomStream.of(options.seed(), "disease", patient),
              options.prevalence(),
              options.mimics());
      int studies = 1 + random.nextInt(3);
      for (int study = 0; study < studies; study++) {
        int count = 1 + (random.nextBoolean(0.2) ? 1 : 0);
        for (int view = 0; view < count; view++) {
          views.add(view(patient, study, view, labelled, part, disease));
        }
      }
    }
    return views;
  }

  private View view(
      int patient, int study, int view, boolean labelled, String part, Findings.Disease disease) {
    long seed = options.seed();
    Anatomy anatomy = Anatomy.of(RandomStream.of(seed, "anatomy", patient), options.nuisance());
    Findings findings =
        Findings.of(RandomStream.of(seed, "findings", patient, study), disease, options);
    Acquisition acquisition =
        Acquisition.of(
            RandomStream.of(seed, "acquisition", patient, study, view),
            findings.portable(),
            options.nuisance(),
            options.exposure());
    String path =
        "%s/%s/patient%05d/study%d/view%d_frontal.%s"
            .formatted(FOLDER, part, patient + 1, study + 1, view + 1, options.format().text());
    return new View(path, patient, study, view, labelled, anatomy, findings, acquisition);
  }

  private byte[] render(View view) {
    RandomStream noise =
        RandomStream.of(options.seed(), "noise", view.patient(), view.study(), view.view());
    return new PhantomRenderer(view.anatomy(), view.findings(), view.acquisition(), options.size())
        .render(noise);
  }

  private void draw(List<View> views, Path output, Progress progress) {
    AtomicInteger done = new AtomicInteger();
    long start = System.nanoTime();
    IntStream.range(0, views.size())
        .parallel()
        .forEach(
            i -> {
              View view = views.get(i);
              write(render(view), output.resolve(view.path()));
              int count = done.incrementAndGet();
              if (count % 100 == 0 || count == views.size()) {
                double seconds = (System.nanoTime() - start) / 1e9;
                progress.update(
                    "drawing phantoms", count, views.size(), Map.of("images/s", count / seconds));
              }
            });
  }

  private void write(byte[] pixels, Path file) {
    GreyImage image = new GreyImage(options.size(), options.size(), pixels);
    try {
      Files.createDirectories(file.getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (options.format() == PhantomOptions.Format.PNG) {
      ImageWriter.writePng(image, file);
    } else {
      ImageWriter.writeJpeg(image, file, JPEG_QUALITY);
    }
  }

  private void writeCsv(List<View> views, Path file) throws IOException {
    try (CsvWriter csv = CsvWriter.builder().build(file)) {
      csv.writeRecord(HEADER);
      for (View view : views) {
        csv.writeRecord(row(view));
      }
    }
  }

  private String[] row(View view) {
    String[] row = new String[HEADER.size()];
    Arrays.fill(row, "");
    row[0] = view.path();
    row[1] = view.anatomy().female() ? "Female" : "Male";
    row[2] = Integer.toString(view.anatomy().ageYears());
    row[3] = "Frontal";
    row[4] = view.findings().portable() ? "AP" : "PA";
    if (view.labelled()) {
      Findings findings = view.findings();
      boolean effusion = findings.effusion();
      boolean large = view.anatomy().cardiothoracicRatio() > Anatomy.CARDIOMEGALY;
      boolean consolidated = findings.consolidated();
      row[5] = effusion || large || consolidated ? "0.0" : "1.0";
      row[7] = large ? "1.0" : "0.0";
      row[8] = consolidated ? "1.0" : "0.0";
      row[11] = consolidated ? "1.0" : "0.0";
      row[15] = effusion ? (uncertain(view) ? "-1.0" : "1.0") : "0.0";
      row[18] = findings.devices() ? "1.0" : "0.0";
    }
    return row;
  }

  /** Readers are unsure of faint effusions only, and of a study as a whole. */
  private boolean uncertain(View view) {
    double lowest = 0.26 - 0.18 * options.difficulty();
    double highest = 0.75 - 0.37 * options.difficulty();
    boolean faint = view.findings().largestFluid() < lowest + (highest - lowest) / 3;
    return faint
        && RandomStream.of(options.seed(), "uncertain", view.patient(), view.study())
            .nextBoolean(options.uncertainShare());
  }

  /** Says which data set a folder holds; written last, so that half a data set has none. */
  private String marker(Written written) throws IOException {
    Map<String, Object> marker = new LinkedHashMap<>();
    marker.put("generator", "mococxr-phantom " + VERSION);
    marker.put("options", options);
    marker.put("trainImages", written.trainImages());
    marker.put("labelledTrainImages", written.labelledTrainImages());
    marker.put("validImages", written.validImages());
    return Json.text(marker);
  }
}

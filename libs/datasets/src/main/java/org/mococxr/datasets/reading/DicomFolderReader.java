package org.mococxr.datasets.reading;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.mococxr.artifacts.Digests;
import org.mococxr.datasets.Attributes;
import org.mococxr.datasets.Attributes.Orientation;
import org.mococxr.datasets.Attributes.Projection;
import org.mococxr.datasets.Attributes.Sex;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.Label;
import org.mococxr.datasets.Labels;
import org.mococxr.datasets.Rejected;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.dicom.DicomFile;
import org.mococxr.imaging.dicom.DicomHeader;
import org.mococxr.specs.data.DataSource;

/**
 * A folder of DICOM files, however deep. Patient, study, view, age and sex come from the header,
 * and nothing else of it is kept; patients and studies are named by salted keys. Without a salt of
 * the user's one is made from the identifiers of all files, so that the keys hold for this folder
 * as it is. Labels, where there are any, come from a CSV that names the files.
 *
 * <p>Paths stay as they are: where file names hold identifiers, convert the data set first.
 */
public final class DicomFolderReader {
  private final DataSource source;
  private final List<String> wanted;
  private final Progress progress;
  private final DecodeLimits limits = DecodeLimits.defaults();

  private record Found(String path, DicomHeader header) {}

  /**
   * @param wanted columns of a labels file that hold labels even if they do not look it
   */
  public DicomFolderReader(DataSource source, List<String> wanted, Progress progress) {
    this.source = source;
    this.wanted = wanted;
    this.progress = progress;
  }

  /** Reads all headers. */
  public Dataset read(String name) {
    List<Rejected> rejected = new ArrayList<>();
    List<Found> found = headers(rejected);
    if (found.isEmpty() && rejected.isEmpty()) {
      throw UserErrorException.at(
          source.rootPath(), "holds no DICOM file", "name the folder of the files");
    }
    Map<String, Labels> labels = new HashMap<>();
    Labels.Tasks tasks = new Labels.Tasks(List.of());
    if (source.labels() != null) {
      Dataset csv =
          new ImagesCsvReader(source, wanted, progress).read(source.resolve(source.labels()), name);
      tasks = new Labels.Tasks(csv.tasks());
      rejected.addAll(csv.rejected());
      csv.images().forEach(image -> labels.put(image.path(), (Labels) image.labels()));
    }
    Label[] none = new Label[tasks.names().size()];
    Arrays.fill(none, Label.MISSING);
    Labels unlabelled = tasks.of(none);
    PatientKeys keys = new PatientKeys(salt(found), source.keepIdentifiers());
    Map<String, Integer> views = new HashMap<>();
    List<ImageRecord> images = new ArrayList<>();
    for (Found file : found) {
      Attributes attributes = attributes(file.header());
      if (source.frontalOnly() && attributes.orientation() == Orientation.LATERAL) {
        continue;
      }
      String patient = keys.key("patient", patientOf(file));
      String study = keys.key("study", file.header().studyUid().orElse(file.path()));
      int view = views.merge(patient + '/' + study, 1, Integer::sum);
      images.add(
          new ImageRecord(
              file.path(),
              patient,
              study,
              "view" + view + suffix(attributes.orientation()),
              labels.getOrDefault(file.path(), unlabelled),
              attributes));
    }
    return new Dataset(name, source.rootPath(), tasks.names(), images, rejected);
  }

  private List<Found> headers(List<Rejected> rejected) {
    List<Found> found = new ArrayList<>();
    List<Path> files = ImageFiles.allFiles(source.rootPath());
    int done = 0;
    for (Path file : files) {
      progress.update("reading DICOM headers", ++done, files.size());
      String extension = ImageFiles.extension(file.getFileName().toString());
      boolean named = extension.equals("dcm") || extension.equals("dicom");
      if (!named && !ImageFiles.isDicom(file)) {
        continue;
      }
      String path = ImageFiles.relative(source.rootPath(), file);
      try {
        DicomHeader header = DicomFile.readHeader(file, limits);
        if (header.hasPixels()) {
          found.add(new Found(path, header));
        } else {
          rejected.add(new Rejected(path, 0, "has no pixel data"));
        }
      } catch (UserErrorException e) {
        rejected.add(new Rejected(path, 0, e.problem()));
      }
    }
    return found;
  }

  /** Without an identifier, the study stands for the patient, and without a study the file. */
  private static String patientOf(Found file) {
    return file.header()
        .patientId()
        .filter(id -> !id.isBlank())
        .or(() -> file.header().studyUid())
        .orElse(file.path());
  }

  private String salt(List<Found> found) {
    String given = source.salt();
    if (given.startsWith(DataSource.BY_REFERENCE)) {
      String variable = given.substring(DataSource.BY_REFERENCE.length());
      String value = System.getenv(variable);
      if (value == null || value.isEmpty()) {
        throw new UserErrorException(
            "data.salt", "the environment has no variable " + variable, "set it for this process");
      }
      return value;
    }
    if (!given.isEmpty()) {
      return given;
    }
    TreeSet<String> identifiers = new TreeSet<>();
    for (Found file : found) {
      identifiers.add(patientOf(file) + '\0' + file.header().studyUid().orElse(""));
    }
    return Digests.sha256(String.join("\n", identifiers).getBytes(StandardCharsets.UTF_8));
  }

  private static Attributes attributes(DicomHeader header) {
    Attributes attributes =
        new Attributes(
            header.sex().map(Sex::parse).orElse(Sex.UNKNOWN),
            header.ageYears().orElse(Double.NaN),
            Orientation.UNKNOWN,
            Projection.UNKNOWN);
    return attributes.withView(header.viewPosition().orElse(""));
  }

  private static String suffix(Orientation orientation) {
    return switch (orientation) {
      case FRONTAL -> "_frontal";
      case LATERAL -> "_lateral";
      case UNKNOWN -> "";
    };
  }
}

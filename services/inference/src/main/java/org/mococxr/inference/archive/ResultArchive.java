package org.mococxr.inference.archive;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.mococxr.archive.Credentials;
import org.mococxr.archive.DicomWebClient;
import org.mococxr.foundation.Causes;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.dicom.DicomFile;
import org.mococxr.imaging.dicom.StudyReference;
import org.mococxr.imaging.results.ReportedFinding;
import org.mococxr.imaging.results.ResultSource;
import org.mococxr.imaging.results.SecondaryCapture;
import org.mococxr.imaging.results.StructuredReport;
import org.mococxr.inference.config.InferenceConfig;
import org.mococxr.inference.config.NotConfiguredException;
import org.mococxr.inference.prediction.Finding;
import org.mococxr.inference.prediction.HeatMaps;
import org.mococxr.inference.prediction.Prediction;
import org.mococxr.inference.prediction.Predictor;
import org.mococxr.inference.prediction.XrayFile;
import org.mococxr.inference.protocol.Failure;
import org.mococxr.inference.protocol.RefusedException;

/** Predicts DICOM images and stores what was found in their studies. */
@Singleton
public final class ResultArchive {
  private final Predictor predictor;
  private final boolean heatMaps;
  private final Optional<DicomWebClient> archive;

  /** Stores in the archive of {@code config}, or refuses to where it names none. */
  public ResultArchive(Predictor predictor, InferenceConfig config) {
    this.predictor = predictor;
    this.heatMaps = config.archive().heatMaps();
    this.archive =
        config
            .archive()
            .url()
            .map(
                url ->
                    new DicomWebClient(
                        url,
                        Credentials.parse(config.archive().credentials().orElse("")),
                        DecodeLimits.defaults()));
  }

  /**
   * What was stored of an image.
   *
   * @param image name of the file that was sent
   * @param model that answered: each image may be a canary's
   * @param version of the model
   * @param findings one per task
   * @param report SOP Instance UID of the structured report
   * @param heatMaps SOP Instance UIDs of the heat maps, one for each finding that is present
   */
  public record Stored(
      String image,
      String model,
      String version,
      List<Finding> findings,
      String report,
      List<String> heatMaps) {}

  /**
   * What is in the archive now.
   *
   * @param model that answered; null if not all images had the same in the same version
   * @param version of the model; null likewise
   * @param warnings what a reader must know of the answer as a whole
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Answer(String model, String version, List<Stored> stored, List<String> warnings) {}

  /**
   * Predicts and stores; nothing is stored unless every image can be.
   *
   * @param files DICOM files, at least one
   * @throws NotConfiguredException if no archive is configured
   * @throws UserErrorException if a file is no DICOM file
   * @throws RefusedException if the archive cannot be reached or refuses
   */
  public Answer store(String model, List<XrayFile> files) {
    DicomWebClient client =
        archive.orElseThrow(
            () -> new NotConfiguredException("storing results in an archive", "archive.url"));
    List<StudyReference> studies = files.stream().map(ResultArchive::study).toList();
    Instant when = Instant.now();
    List<byte[]> objects = new ArrayList<>();
    List<Stored> stored = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      XrayFile file = files.get(i);
      Prediction prediction =
          predictor.predict(
              model, List.of(file), heatMaps ? HeatMaps.PAINTED_IF_PRESENT : HeatMaps.NONE);
      ResultSource source = new ResultSource(prediction.model(), prediction.version());
      List<Finding> findings = prediction.findings();
      byte[] report =
          StructuredReport.of(
              studies.get(i),
              source,
              findings.stream().map(ResultArchive::reported).toList(),
              when);
      objects.add(report);
      List<String> maps = new ArrayList<>();
      for (Finding finding : findings) {
        Optional<byte[]> png = finding.heatmapPng();
        if (png.isPresent()) {
          byte[] map = capture(png.get(), finding.task(), studies.get(i), source, when);
          objects.add(map);
          maps.add(instance(map));
        }
      }
      stored.add(
          new Stored(
              file.name(),
              prediction.model(),
              prediction.version(),
              findings.stream().map(Finding::withoutHeatmap).toList(),
              instance(report),
              maps));
    }
    try {
      client.store(objects);
    } catch (UserErrorException | UncheckedIOException e) {
      // Address and credentials are this service's: whoever sent the images cannot mend them.
      throw new RefusedException(Failure.ARCHIVE, Causes.message(e));
    }
    Stored last = stored.getLast();
    boolean same =
        stored.stream()
            .allMatch(
                one -> one.model().equals(last.model()) && one.version().equals(last.version()));
    return new Answer(
        same ? last.model() : null,
        same ? last.version() : null,
        stored,
        List.of(Prediction.RESEARCH));
  }

  private static StudyReference study(XrayFile file) {
    if (!DicomFile.recognises(file.content())) {
      throw new UserErrorException(
          file.name(), "is no DICOM file", "results are stored in the study of a DICOM file");
    }
    return DicomFile.of(file.content(), file.name(), DecodeLimits.defaults()).studyReference();
  }

  private static ReportedFinding reported(Finding finding) {
    return new ReportedFinding(finding.task(), finding.probability(), finding.positive());
  }

  private static byte[] capture(
      byte[] png, String task, StudyReference study, ResultSource source, Instant when) {
    try {
      BufferedImage picture = ImageIO.read(new ByteArrayInputStream(png));
      int width = picture.getWidth();
      int height = picture.getHeight();
      byte[] rgb = new byte[width * height * 3];
      for (int i = 0; i < width * height; i++) {
        int colour = picture.getRGB(i % width, i / width);
        rgb[3 * i] = (byte) (colour >> 16);
        rgb[3 * i + 1] = (byte) (colour >> 8);
        rgb[3 * i + 2] = (byte) colour;
      }
      return SecondaryCapture.of(study, source, task, width, height, rgb, when);
    } catch (IOException e) {
      throw new UncheckedIOException("a PNG in memory cannot be read", e);
    }
  }

  private static String instance(byte[] object) {
    return DicomFile.of(object, "result", DecodeLimits.defaults())
        .header()
        .instanceUid()
        .orElseThrow();
  }

  /** Ends the connections to the archive. */
  @PreDestroy
  void close() {
    archive.ifPresent(DicomWebClient::close);
  }
}

package org.mococxr.inference.prediction;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.dicom.DicomFile;
import org.mococxr.imaging.dicom.DicomHeader;
import org.mococxr.imaging.outliers.Orientation;
import org.mococxr.imaging.outliers.OutlierStatistics;
import org.mococxr.inference.bundle.InputGeometry;
import org.mococxr.inference.bundle.ModelDescription;
import org.mococxr.specs.training.ImageOptions;

/** What an image and its header say about how far an answer can be trusted. */
final class ImageChecks {
  /** Share of the longer side that a crop may cut off unmentioned. */
  private static final double CROPPED = 0.25;

  /** Grey levels between the darkest and the brightest pixel below which there is no picture. */
  private static final int CONTRAST = 16;

  private static final Set<String> RADIOGRAPHS = Set.of("CR", "DX", "DR", "RG", "RF", "XA");
  private static final Set<String> LATERAL = Set.of("LL", "RL", "LATERAL", "LAT");

  private ImageChecks() {}

  /** A DICOM file's header; empty for other files. */
  static Optional<DicomHeader> header(XrayFile file) {
    if (!DicomFile.recognises(file.content())) {
      return Optional.empty();
    }
    return Optional.of(DicomFile.of(file.content(), file.name(), DecodeLimits.defaults()).header());
  }

  /**
   * A doubt about an image.
   *
   * @param kind its label in the metrics
   * @param text what is told
   */
  record Warning(String kind, String text) {}

  /**
   * @param distance of the image's features from those of the validation set
   */
  static List<Warning> warnings(
      Decoding.View view,
      ModelDescription model,
      Optional<DicomHeader> header,
      OptionalDouble distance) {
    List<Warning> warnings = new ArrayList<>();
    ofSize(view, model.geometry(), warnings);
    if (contrast(view.pixels()) < CONTRAST) {
      warnings.add(new Warning("contrast", "the image has hardly any contrast"));
    }
    header.ifPresent(dicom -> fromHeader(dicom, warnings));
    model
        .outliers()
        .ifPresent(statistics -> outlier(view.pixels(), statistics, distance, warnings));
    return List.copyOf(warnings);
  }

  private static void ofSize(Decoding.View view, InputGeometry geometry, List<Warning> warnings) {
    int shorter = Math.min(view.width(), view.height());
    int longer = Math.max(view.width(), view.height());
    if (shorter < geometry.side()) {
      warnings.add(
          new Warning(
              "small",
              "the image is smaller than the network's input of %1$d × %1$d pixels and was enlarged"
                  .formatted(geometry.side())));
    }
    double kept = (double) shorter / longer;
    if (geometry.resize().mode() == ImageOptions.Geometry.SHORTER_SIDE && 1 - kept > CROPPED) {
      warnings.add(
          new Warning(
              "cropped",
              "%.0f %% of the longer side lie outside of the network's view"
                  .formatted(100 * (1 - kept))));
    }
  }

  private static void outlier(
      GreyImage image,
      OutlierStatistics statistics,
      OptionalDouble distance,
      List<Warning> warnings) {
    Orientation orientation = statistics.appearance().orientation(image);
    if (orientation.inverted()) {
      warnings.add(new Warning("inverted", "bright and dark seem to be exchanged"));
    }
    if (orientation.quarterTurns() > 0) {
      warnings.add(
          new Warning(
              "rotated",
              "the image seems to be rotated clockwise by %d°"
                  .formatted(90 * orientation.quarterTurns())));
    }
    if (statistics.isUnlike(image, distance.orElse(0))) {
      warnings.add(
          new Warning(
              "unlike",
              "the image is unlike those that the model was validated on: it may be another view,"
                  + " another part of the body or no radiograph"));
    }
  }

  private static void fromHeader(DicomHeader dicom, List<Warning> warnings) {
    dicom
        .modality()
        .filter(modality -> !RADIOGRAPHS.contains(modality.toUpperCase(Locale.ROOT)))
        .ifPresent(
            modality ->
                warnings.add(
                    new Warning("modality", "the modality is " + modality + ", no radiograph")));
    dicom
        .bodyPart()
        .filter(part -> !part.toUpperCase(Locale.ROOT).matches("CHEST|THORAX|LUNG"))
        .ifPresent(
            part ->
                warnings.add(
                    new Warning("body_part", "the body part is " + part + ", not the chest")));
    dicom
        .viewPosition()
        .filter(position -> LATERAL.contains(position.toUpperCase(Locale.ROOT)))
        .ifPresent(position -> warnings.add(new Warning("lateral", "the view is lateral")));
  }

  private static int contrast(GreyImage image) {
    int darkest = 255;
    int brightest = 0;
    for (byte pixel : image.pixels()) {
      darkest = Math.min(darkest, pixel & 0xFF);
      brightest = Math.max(brightest, pixel & 0xFF);
    }
    return brightest - darkest;
  }
}

package org.mococxr.inference.prediction;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.dicom.DicomFile;
import org.mococxr.imaging.dicom.DicomHeader;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.inference.bundle.InputGeometry;

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

  static List<String> warnings(
      Decoding.View view, InputGeometry geometry, Optional<DicomHeader> header) {
    List<String> warnings = new ArrayList<>();
    int shorter = Math.min(view.width(), view.height());
    int longer = Math.max(view.width(), view.height());
    if (shorter < geometry.side()) {
      warnings.add(
          "the image is smaller than the network's input of %1$d × %1$d pixels and was enlarged"
              .formatted(geometry.side()));
    }
    double kept = (double) shorter / longer;
    if (geometry.resize().mode() == Geometry.Mode.SHORTER_SIDE && 1 - kept > CROPPED) {
      warnings.add(
          "%.0f %% of the longer side lie outside of the network's view"
              .formatted(100 * (1 - kept)));
    }
    if (contrast(view.pixels()) < CONTRAST) {
      warnings.add("the image has hardly any contrast");
    }
    header.ifPresent(dicom -> fromHeader(dicom, warnings));
    return List.copyOf(warnings);
  }

  private static void fromHeader(DicomHeader dicom, List<String> warnings) {
    dicom
        .modality()
        .filter(modality -> !RADIOGRAPHS.contains(modality.toUpperCase(Locale.ROOT)))
        .ifPresent(modality -> warnings.add("the modality is " + modality + ", no radiograph"));
    dicom
        .bodyPart()
        .filter(part -> !part.toUpperCase(Locale.ROOT).matches("CHEST|THORAX|LUNG"))
        .ifPresent(part -> warnings.add("the body part is " + part + ", not the chest"));
    dicom
        .viewPosition()
        .filter(position -> LATERAL.contains(position.toUpperCase(Locale.ROOT)))
        .ifPresent(position -> warnings.add("the view is lateral"));
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

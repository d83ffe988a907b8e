package org.mococxr.inference.prediction;

import java.util.Optional;
import org.mococxr.foundation.Digests;
import org.mococxr.imaging.dicom.DicomHeader;
import org.mococxr.inference.bundle.InputGeometry;
import org.mococxr.inference.model.Deadline;

/**
 * An image as a network sees it, with what its answer says of it. The file's bytes are not kept.
 *
 * @param name for messages and in the answer
 * @param study as its sender says, else as the DICOM header says, else the image alone
 * @param header of a DICOM file
 * @param view what the network sees
 * @param sha256 of the file's bytes, hex
 */
public record SeenImage(
    String name, String study, Optional<DicomHeader> header, Decoding.View view, String sha256) {

  static SeenImage of(XrayFile file, Decoding decoding, InputGeometry geometry, Deadline deadline) {
    Decoding.View view = decoding.view(file.content(), file.name(), geometry, deadline);
    Optional<DicomHeader> header = ImageChecks.header(file);
    String study = file.study().or(() -> header.flatMap(DicomHeader::studyUid)).orElse(file.name());
    return new SeenImage(file.name(), study, header, view, Digests.sha256(file.content()));
  }
}

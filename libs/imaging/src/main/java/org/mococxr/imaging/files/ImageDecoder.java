package org.mococxr.imaging.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.BurnedInText;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.DecoderGuard;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.Uniformity;
import org.mococxr.imaging.dicom.DicomFile;
import org.mococxr.imaging.dicom.DicomHeader;
import org.mococxr.imaging.dicom.DicomRendering;

/**
 * Decodes a picture file into 8-bit greyscale, by its content and not by its name. Safe for use by
 * many threads.
 */
public final class ImageDecoder {
  private final DecodeLimits limits;
  private final DicomRendering rendering;

  /**
   * @param limits what a header may ask for before anything is decoded
   */
  public ImageDecoder(DecodeLimits limits) {
    this(limits, DicomRendering.DEFAULT);
  }

  /**
   * @param limits what a header may ask for before anything is decoded
   * @param rendering how a DICOM file's values become 8 bits
   */
  public ImageDecoder(DecodeLimits limits, DicomRendering rendering) {
    this.limits = limits;
    this.rendering = rendering;
  }

  /**
   * Decodes a file.
   *
   * @throws UserErrorException naming the file, if it cannot be read or is not a whole picture
   */
  public GreyImage decode(Path file) {
    PictureFile picture = PictureFile.of(file);
    return decode(read(picture.file()), file.toString(), rendering(picture));
  }

  /** As above, of a file whose bytes were read. */
  public GreyImage decode(byte[] data, PictureFile picture) {
    return decode(data, picture.file().toString(), rendering(picture));
  }

  private DicomRendering rendering(PictureFile picture) {
    return picture.frame().isEmpty()
        ? rendering
        : rendering.of(new DicomRendering.Frame.Numbered(picture.frame().getAsInt()));
  }

  /**
   * A decoded file with what a person should know of it.
   *
   * @param notes in words: text on the pixels that may name a patient, frames that are left out
   */
  public record Look(GreyImage image, List<String> notes) {}

  /** Decodes a file and looks for what a person should know of it. */
  public Look look(Path file) {
    PictureFile picture = PictureFile.of(file);
    byte[] data = read(picture.file());
    String name = file.toString();
    GreyImage image = decode(data, name, rendering(picture));
    List<String> notes = new ArrayList<>();
    if (ImageFormat.of(data).filter(ImageFormat.DICOM::equals).isPresent()) {
      DicomHeader header = DicomFile.of(data, name, limits).header();
      if (header.burnedIn().filter("YES"::equals).isPresent()) {
        notes.add("text on the pixels may name the patient, says its Burned In Annotation");
      }
      if (header.pixels().frames() > 1) {
        notes.add(
            "frame %d is taken of %d (--frame, data.frame)"
                .formatted(picture.frame().orElse(1), header.pixels().frames()));
      }
    }
    if (BurnedInText.seemsIn(image)) {
      notes.add("there seems to be text at the border, which may name the patient");
    }
    return new Look(image, notes);
  }

  /** The bytes of a file within the limits. */
  public byte[] read(Path file) {
    try {
      limits.checkBytes(file.toString(), Files.size(file));
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw FileErrors.reading(file, e, "expected a picture");
    }
  }

  /**
   * Decodes the bytes of a file.
   *
   * @param name of the file, for messages
   * @throws UserErrorException naming the file, if it is not a whole picture that shows something
   */
  public GreyImage decode(byte[] data, String name) {
    return decode(data, name, rendering);
  }

  private GreyImage decode(byte[] data, String name, DicomRendering how) {
    limits.checkBytes(name, data.length);
    ImageFormat format =
        ImageFormat.of(data)
            .orElseThrow(
                () ->
                    new UserErrorException(
                        name,
                        "the content is not a picture that we know",
                        "PNG, JPEG, DICOM, TIFF or BMP is expected"));
    GreyImage image =
        DecoderGuard.decode(name, format.name(), () -> format.decode(data, name, limits, how));
    return Uniformity.refuse(name, image);
  }
}

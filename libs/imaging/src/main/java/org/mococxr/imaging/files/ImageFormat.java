package org.mococxr.imaging.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.mococxr.foundation.FileErrors;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.codec.BitmapReader;
import org.mococxr.imaging.codec.JpegHeader;
import org.mococxr.imaging.codec.JpegReader;
import org.mococxr.imaging.codec.PngReader;
import org.mococxr.imaging.dicom.DicomFile;
import org.mococxr.imaging.dicom.DicomRendering;

/**
 * The formats of picture files, told by their first bytes and never by a name: archives name files
 * by identifiers and without extension.
 */
public enum ImageFormat {
  PNG,
  JPEG,
  DICOM,
  BMP,
  TIFF;

  /** Bytes of a file that tell its format. */
  private static final int TELLING = 132;

  /**
   * The format of a file.
   *
   * @param start of the file, 132 bytes or all if it has fewer
   * @return empty if it is none of these
   */
  public static Optional<ImageFormat> of(byte[] start) {
    if (PngReader.recognises(start)) {
      return Optional.of(PNG);
    }
    if (JpegHeader.recognises(start)) {
      return Optional.of(JPEG);
    }
    // Before the others: a preamble may begin as TIFF does (PS3.10, 7.1).
    if (DicomFile.recognises(start)) {
      return Optional.of(DICOM);
    }
    if (BitmapReader.recognisesTiff(start)) {
      return Optional.of(TIFF);
    }
    return BitmapReader.recognisesBmp(start) ? Optional.of(BMP) : Optional.empty();
  }

  /**
   * The format of a file, of which only the beginning is read.
   *
   * @return empty if it is none of these
   */
  public static Optional<ImageFormat> of(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return of(in.readNBytes(TELLING));
    } catch (IOException e) {
      throw FileErrors.reading(file, e, "expected a picture");
    }
  }

  GreyImage decode(byte[] data, String name, DecodeLimits limits, DicomRendering rendering) {
    return switch (this) {
      case PNG -> PngReader.read(data, name, limits);
      case JPEG -> JpegReader.read(data, name, limits);
      case DICOM -> DicomFile.of(data, name, limits).render(rendering);
      case BMP -> BitmapReader.readBmp(data, name, limits);
      case TIFF -> BitmapReader.readTiff(data, name, limits);
    };
  }
}

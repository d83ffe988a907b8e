package org.mococxr.imaging.dicom;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.DecoderGuard;
import org.mococxr.imaging.GreyImage;

/** A DICOM file in memory: its header at once, its pixels when they are asked for. */
public final class DicomFile {
  /** Enough for the header of nearly every file, so that a folder's headers are read quickly. */
  private static final int PREFIX = 1 << 17;

  private static final String FORMAT = "DICOM";

  private final String name;
  private final DecodeLimits limits;
  private final DicomParser.Parsed parsed;
  private final DicomHeader header;

  private DicomFile(String name, DecodeLimits limits, DicomParser.Parsed parsed) {
    this.name = name;
    this.limits = limits;
    this.parsed = parsed;
    this.header = DicomHeader.of(parsed);
  }

  /** Whether the bytes of a file are DICOM. */
  public static boolean recognises(byte[] data) {
    return DicomParser.recognises(data);
  }

  /**
   * Parses the bytes of a file.
   *
   * @param name of the file, for messages
   * @throws UserErrorException if they are not a whole DICOM file
   */
  public static DicomFile of(byte[] data, String name, DecodeLimits limits) {
    limits.checkBytes(name, data.length);
    if (!recognises(data)) {
      throw notDicom(name);
    }
    return DecoderGuard.decode(
        name,
        FORMAT,
        () -> {
          try {
            return new DicomFile(name, limits, DicomParser.parse(data, name, limits));
          } catch (DicomParser.TruncatedException e) {
            throw new UserErrorException(
                name, "damaged DICOM: the file is cut short", "a whole DICOM file is expected");
          }
        });
  }

  /**
   * The header of a file; of a large one, mostly without reading the pixels.
   *
   * @throws UserErrorException if the file cannot be read or is not DICOM
   */
  public static DicomHeader readHeader(Path file, DecodeLimits limits) {
    String name = file.toString();
    try (InputStream in = Files.newInputStream(file)) {
      limits.checkBytes(name, Files.size(file));
      byte[] prefix = in.readNBytes(PREFIX);
      if (!recognises(prefix)) {
        throw notDicom(name);
      }
      Optional<DicomHeader> header =
          DecoderGuard.decode(name, FORMAT, () -> headerOf(prefix, name, limits));
      return header.isPresent()
          ? header.get()
          : of(Files.readAllBytes(file), name, limits).header();
    } catch (IOException e) {
      throw FileErrors.reading(file, e, "expected a DICOM file");
    }
  }

  DicomParser.Parsed parsed() {
    return parsed;
  }

  /** The fields that datasets need. */
  public DicomHeader header() {
    return header;
  }

  /**
   * The patient and study, for writing results into the same study.
   *
   * @throws UserErrorException if the file does not name its study, series and instance
   */
  public StudyReference studyReference() {
    return StudyReference.of(parsed.dataSet(), name);
  }

  /** Empty if the header is longer than what is there of the file. */
  private static Optional<DicomHeader> headerOf(byte[] prefix, String name, DecodeLimits limits) {
    try {
      return Optional.of(DicomHeader.of(DicomParser.parse(prefix, name, limits)));
    } catch (DicomParser.TruncatedException e) {
      return Optional.empty();
    }
  }

  /** As {@link #storedPixels(DicomRendering.Frame)}, of the first frame. */
  public int[] storedPixels() {
    return storedPixels(DicomRendering.Frame.FIRST);
  }

  /**
   * The stored values of a frame, row by row, before any rescaling.
   *
   * @throws UserErrorException if there are none, they are too many or cannot be decoded
   */
  public int[] storedPixels(DicomRendering.Frame frame) {
    header.requirePicture(name);
    PixelFormat format = header.pixels();
    limits.checkPixels(name, format.columns(), format.rows(), parsed.dataSet().bytes().limit());
    limits.checkFrames(name, format.frames());
    int index = frame.index(format.frames());
    if (index >= format.frames()) {
      throw new UserErrorException(
          name,
          "the file has " + format.frames() + " frames, and no frame " + (index + 1),
          "name one of its frames, the first or the middle one");
    }
    return DecoderGuard.decode(
        name, FORMAT, () -> new StoredPixels(parsed, format, index, name, limits).decode());
  }

  /** A frame in 8-bit grey, white where a radiologist sees white. */
  public GreyImage render(DicomRendering rendering) {
    int[] stored = storedPixels(rendering.frame());
    return DecoderGuard.decode(
        name,
        FORMAT,
        () -> new GreyMapping(parsed.dataSet(), header.pixels(), rendering).render(stored));
  }

  private static UserErrorException notDicom(String name) {
    return new UserErrorException(
        name, "the content is not DICOM", "a DICOM file (PS3.10) is expected");
  }
}

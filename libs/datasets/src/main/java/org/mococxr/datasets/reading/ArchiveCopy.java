package org.mococxr.datasets.reading;

import java.net.URI;
import org.mococxr.archive.ArchiveDownload;
import org.mococxr.archive.ArchiveQuery;
import org.mococxr.archive.Credentials;
import org.mococxr.archive.DicomWebClient;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.specs.data.DataSource;
import org.mococxr.specs.data.DataSource.Format;

/** The de-identified copy of a part of an archive, as a folder of DICOM files. */
final class ArchiveCopy {
  private ArchiveCopy() {}

  /** Downloads what the copy lacks, and gives the source that reads it. */
  static DataSource of(DataSource source, Progress progress) {
    String salt = PatientKeys.given(source);
    if (source.archive() == null || salt.isEmpty()) {
      throw new UserErrorException(
          source.archive() == null ? "data.archive" : "data.salt",
          "missing",
          "the format dicomweb needs the archive's address (--archive, data.archive) and a salt"
              + " (--salt env:NAME, data.salt)");
    }
    DecodeLimits limits = DecodeLimits.defaults();
    ArchiveQuery query = ArchiveQuery.of(source.query());
    Credentials credentials = Credentials.parse(source.credentials());
    try (DicomWebClient archive =
        new DicomWebClient(address(source.archive()), credentials, limits)) {
      new ArchiveDownload(source.rootPath(), salt, limits).run(archive, query, progress);
    }
    return source.as(Format.DICOM);
  }

  private static URI address(String text) {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new UserErrorException(
          "data.archive", "is no address", "an address such as https://pacs.example/dicom-web", e);
    }
  }
}

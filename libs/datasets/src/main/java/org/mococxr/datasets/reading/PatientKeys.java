package org.mococxr.datasets.reading;

import java.util.Optional;
import java.util.TreeSet;
import org.mococxr.datasets.reading.Pictures.Picture;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.dicom.DicomHeader;
import org.mococxr.imaging.dicom.Pseudonyms;
import org.mococxr.specs.data.DataSource;

/**
 * Replaces identifiers by keys that tell patients apart and nothing else: HMAC-SHA-256 under a
 * salt, of which 64 bits are shown. Who does not have the salt cannot try identifiers until a key
 * fits.
 */
final class PatientKeys {
  private final Pseudonyms keys;
  private final boolean keepIdentifiers;

  /**
   * @param salt the secret; the same salt gives the same keys
   * @param keepIdentifiers shows identifiers as they are
   */
  PatientKeys(String salt, boolean keepIdentifiers) {
    this.keys = Pseudonyms.underAny(salt);
    this.keepIdentifiers = keepIdentifiers;
  }

  /** The keys of a folder's DICOM files; {@code null} where there are none. */
  static PatientKeys of(DataSource source, Pictures pictures) {
    String salt = salt(source, pictures);
    return pictures.anyDicom() ? new PatientKeys(salt, source.keepIdentifiers()) : null;
  }

  /** The salt that the user gives, looked up if it is named by reference; empty if none. */
  static String given(DataSource source) {
    String given = source.salt();
    if (!given.startsWith(DataSource.BY_REFERENCE)) {
      return given;
    }
    String variable = given.substring(DataSource.BY_REFERENCE.length());
    String value = System.getenv(variable);
    if (value == null || value.isEmpty()) {
      throw new UserErrorException(
          "data.salt", "the environment has no variable " + variable, "set it for this process");
    }
    return value;
  }

  private static String salt(DataSource source, Pictures pictures) {
    String given = given(source);
    if (!given.isEmpty()) {
      return given;
    }
    TreeSet<String> identifiers = new TreeSet<>();
    for (Picture picture : pictures.all()) {
      Optional<String> study = picture.header().flatMap(DicomHeader::studyUid);
      String patient =
          picture
              .header()
              .flatMap(DicomHeader::patientId)
              .filter(id -> !id.isBlank())
              .or(() -> study)
              .orElse(picture.path());
      identifiers.add(patient + '\0' + study.orElse(""));
    }
    return Digests.sha256(String.join("\n", identifiers));
  }

  /**
   * @param kind what the identifier names, {@code patient} or {@code study}; begins the key
   */
  String key(String kind, String identifier) {
    return keepIdentifiers ? identifier : kind + keys.of(kind, identifier);
  }
}

package org.mococxr.imaging.results;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import org.mococxr.imaging.dicom.DicomData;
import org.mococxr.imaging.dicom.StudyReference;

/**
 * What all objects that we store have in common: they belong to the picture's patient and study,
 * are made by our model, and have the same UIDs whenever the same result is stored again.
 */
final class ResultObjects {
  private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyyMMdd");
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HHmmss");

  private ResultObjects() {}

  /** The modules of patient, study, equipment and SOP common (PS3.3, C.7.1, C.7.2, C.7.5, C.12). */
  static DicomData common(
      StudyReference study, ResultSource source, String sopClass, String kind, Instant when) {
    DicomData data = new DicomData();
    StudyReference.copiedVrs()
        .forEach(
            (tag, vr) -> {
              byte[] value = study.copied().get(tag);
              if (value != null) {
                data.bytes(tag, vr, value);
              } else if (tag != 0x00080005) {
                data.empty(tag, vr);
              }
            });
    String unique = study.studyUid() + '/' + study.instanceUid() + '/' + source + '/' + kind;
    return data.text(0x00080016, "UI", sopClass)
        .text(0x00080018, "UI", uid(unique + "/instance"))
        .text(0x0020000E, "UI", uid(unique + "/series"))
        .text(0x00200013, "IS", "1")
        .text(0x00080012, "DA", date(when))
        .text(0x00080013, "TM", time(when))
        .text(0x00080023, "DA", date(when))
        .text(0x00080033, "TM", time(when))
        .text(0x00080021, "DA", date(when))
        .text(0x00080031, "TM", time(when))
        .text(0x00080070, "LO", "MoCo-CXR")
        .text(0x00081090, "LO", source.model())
        .text(0x00181020, "LO", source.version())
        .text(0x00181000, "LO", "0");
  }

  static String date(Instant when) {
    return DATE.format(when.atOffset(ZoneOffset.UTC));
  }

  static String time(Instant when) {
    return TIME.format(when.atOffset(ZoneOffset.UTC));
  }

  /** A UID that the same text always gives (PS3.5, B.2: from a UUID). */
  static String uid(String unique) {
    UUID uuid = UUID.nameUUIDFromBytes(unique.getBytes(StandardCharsets.UTF_8));
    return "2.25." + new BigInteger(uuid.toString().replace("-", ""), 16);
  }
}

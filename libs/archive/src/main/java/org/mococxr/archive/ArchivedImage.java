package org.mococxr.archive;

/**
 * The place of an image in an archive. {@link #toString} leaves the identifiers out.
 *
 * @param study Study Instance UID
 * @param series Series Instance UID
 * @param instance SOP Instance UID
 */
public record ArchivedImage(String study, String series, String instance) {
  /** Checks the identifiers, which become parts of addresses. */
  public ArchivedImage {
    for (String uid : new String[] {study, series, instance}) {
      if (uid == null || !uid.matches("[0-9.]{1,64}")) {
        throw new IllegalArgumentException("no UID");
      }
    }
  }

  @Override
  public String toString() {
    return "ArchivedImage";
  }
}

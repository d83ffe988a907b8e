package org.mococxr.imaging.dicom;

import java.util.Arrays;
import java.util.Optional;

/** The transfer syntaxes that are read (DICOM PS3.5, annex A). */
public enum TransferSyntax {
  IMPLICIT_LITTLE_ENDIAN("1.2.840.10008.1.2"),
  EXPLICIT_LITTLE_ENDIAN("1.2.840.10008.1.2.1"),
  DEFLATED("1.2.840.10008.1.2.1.99"),
  EXPLICIT_BIG_ENDIAN("1.2.840.10008.1.2.2"),
  RLE("1.2.840.10008.1.2.5"),
  JPEG_BASELINE("1.2.840.10008.1.2.4.50"),
  JPEG_EXTENDED("1.2.840.10008.1.2.4.51"),
  JPEG_LOSSLESS("1.2.840.10008.1.2.4.57"),
  JPEG_LOSSLESS_FIRST_ORDER("1.2.840.10008.1.2.4.70"),
  JPEG_LS_LOSSLESS("1.2.840.10008.1.2.4.80"),
  JPEG_LS("1.2.840.10008.1.2.4.81"),
  JPEG_2000_LOSSLESS("1.2.840.10008.1.2.4.90"),
  JPEG_2000("1.2.840.10008.1.2.4.91");

  private final String uid;

  TransferSyntax(String uid) {
    this.uid = uid;
  }

  /** The unique identifier. */
  public String uid() {
    return uid;
  }

  /** Whether pixel data are encapsulated in fragments. */
  public boolean encapsulated() {
    return ordinal() >= RLE.ordinal();
  }

  static Optional<TransferSyntax> of(String uid) {
    return Arrays.stream(values()).filter(syntax -> syntax.uid.equals(uid)).findFirst();
  }
}
